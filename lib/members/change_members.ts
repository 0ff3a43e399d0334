import type * as v from "valibot";
import { auditPut } from "../audit/audit.ts";
import { iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { MEMBER_PREFIX, memberRow, membershipRow, personKey, spaceKey } from "../dynamodb/keys.ts";
import { allRows } from "../dynamodb/pages.ts";
import { transact } from "../dynamodb/transact.ts";
import { httpError } from "../errors.ts";
import { fields } from "../http/body.ts";
import { TypedEmail } from "../http/email.ts";

export type MemberInput = v.InferOutput<typeof MemberInput>;
export const MemberInput = fields({ email: TypedEmail });

/** A membership is one row seen from the Space and one from the person, written and removed together. */
export const memberRows = (space: string, email: string) =>
  keysOf(space, email).map((key) => ({ ...key, space, email, added_at: iso(now()) }));

const keysOf = (space: string, email: string) => [
  { pk: spaceKey(space), sk: memberRow(email) },
  { pk: personKey(email), sk: membershipRow(space) },
];

/** Lets a person into the Space; somebody who is in stays in. */
export async function addMember(space: string, { email }: MemberInput, actor: string): Promise<void> {
  const TableName = configuration.settingsTable;
  await transact([
    ...memberRows(space, email).map((Item) => ({
      Put: { TableName, Item, ConditionExpression: "attribute_not_exists(pk)" },
    })),
    auditPut(space, actor, `invited ${email} as a member`),
  ]);
}

/** @throws {HttpError} 409 for the last member: nobody of the Space could let anybody in again. */
export async function removeMember(space: string, { email }: MemberInput, actor: string): Promise<void> {
  const TableName = configuration.settingsTable;
  const others = (await membersOf(space)).filter((member) => member !== email);
  const [other] = others;
  if (other === undefined) throw httpError("last_member");
  const removed = await transact([
    ...keysOf(space, email).map((Key) => ({
      Delete: { TableName, Key, ConditionExpression: "attribute_exists(pk)" },
    })),
    // Two members who remove each other at the same moment must not both succeed.
    {
      ConditionCheck: {
        TableName,
        Key: { pk: spaceKey(space), sk: memberRow(other) },
        ConditionExpression: "attribute_exists(pk)",
      },
    },
    auditPut(space, actor, `removed the member ${email}`),
  ]);
  if (!removed && (await membersOf(space)).includes(email))
    throw httpError("changed_meanwhile", "The members changed meanwhile. Look again.");
}

/** Who is in the Space. */
export async function membersOf(space: string): Promise<string[]> {
  const rows = await allRows({
    TableName: configuration.settingsTable,
    KeyConditionExpression: "pk = :space AND begins_with(sk, :member)",
    ExpressionAttributeValues: { ":space": spaceKey(space), ":member": MEMBER_PREFIX },
    ConsistentRead: true,
  });
  return rows.map(({ sk }) => String(sk).slice(MEMBER_PREFIX.length));
}
