import { createHash, randomBytes } from "node:crypto";
import * as v from "valibot";
import { auditPut } from "../audit/audit.ts";
import { after, iso, now, toSeconds } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { STATEMENT_LINK_PREFIX, spaceKey, statementLinkKey } from "../dynamodb/keys.ts";
import { allRows } from "../dynamodb/pages.ts";
import { transact } from "../dynamodb/transact.ts";
import { NotFound } from "../errors.ts";
import { fields, Text } from "../http/body.ts";
import { isSlug } from "../ids.ts";

/** How long a link shows its statement, in ms. */
const LIVES_MS = 30 * 24 * 60 * 60_000;

/** Which statement: a Marketplace's month, or the Space's. */
export type StatementRef = v.InferOutput<typeof StatementRef>;
const StatementRef = v.object({
  space: v.string(),
  room: v.optional(v.string()),
  marketplace: v.optional(v.string()),
  /** `2026-11` */
  month: v.string(),
});

/** A link that shows one statement to whoever has it. The table has the token's hash, and never the token. */
export type StatementLink = v.InferOutput<typeof StatementLink>;
const StatementLink = v.pipe(
  v.object({
    ...StatementRef.entries,
    sk: v.string(),
    made_by: v.string(),
    /** ISO 8601 */
    made_at: v.string(),
    expires_at: v.string(),
  }),
  v.transform(({ sk, ...link }) => ({
    ...link,
    hash: sk.slice(STATEMENT_LINK_PREFIX.length),
    id: sk.slice(-12),
  })),
);

/** The end of the token's hash, as the statement's page has it. */
export const StatementLinkId = fields({ id: v.pipe(Text, v.regex(/^[0-9a-f]{12}$/, "is no link's")) });

/** @returns the token; it is shown this once. */
export async function makeStatementLink(of: StatementRef, actor: string): Promise<string> {
  const { space, room, marketplace, month } = of;
  // It tells its Space, so that one read finds it; and is 256 random bits, so there is nothing to guess.
  const token = `${space}.${randomBytes(32).toString("base64url")}`;
  const expires = after(now(), LIVES_MS);
  await transact([
    {
      Put: {
        TableName: configuration.settingsTable,
        Item: {
          ...statementLinkKey(space, hashOf(token)),
          space,
          ...(marketplace && { room, marketplace }),
          month,
          made_by: actor,
          made_at: iso(now()),
          expires_at: iso(expires),
          expires_at_s: toSeconds(expires),
        },
      },
    },
    auditPut(space, actor, `made a link to the statement of ${nameOf(of)}`),
  ]);
  return token;
}

/** What a token shows. @throws {NotFound} one and the same for what was made up, has ended, or was revoked */
export async function openStatementLink(token: string): Promise<StatementLink> {
  const [, space = ""] = /^([a-z0-9-]{1,63})\.[A-Za-z0-9_-]{43}$/.exec(token) ?? [];
  const link =
    isSlug(space) &&
    (await findRow(StatementLink, configuration.settingsTable, statementLinkKey(space, hashOf(token))));
  if (!link || link.expires_at <= iso(now())) throw new NotFound();
  return link;
}

/** The links that show a statement now, the first to end first. */
export async function statementLinksOf(of: StatementRef): Promise<StatementLink[]> {
  const rows = await allRows({
    TableName: configuration.settingsTable,
    KeyConditionExpression: "pk = :space AND begins_with(sk, :link)",
    ExpressionAttributeValues: { ":space": spaceKey(of.space), ":link": STATEMENT_LINK_PREFIX },
    ConsistentRead: true,
  });
  return v
    .parse(v.array(StatementLink), rows)
    .filter(
      ({ month, marketplace, expires_at }) =>
        month === of.month && marketplace === of.marketplace && expires_at > iso(now()),
    )
    .sort((one, other) => one.expires_at.localeCompare(other.expires_at));
}

/** Ends a link of this statement, and of no other. @throws {NotFound} */
export async function revokeStatementLink(of: StatementRef, id: string, actor: string): Promise<void> {
  const link = (await statementLinksOf(of)).find((each) => each.id === id);
  if (!link) throw new NotFound();
  await transact([
    { Delete: { TableName: configuration.settingsTable, Key: statementLinkKey(of.space, link.hash) } },
    auditPut(of.space, actor, `revoked a link to the statement of ${nameOf(of)}`),
  ]);
}

const nameOf = ({ room, marketplace, month }: StatementRef): string =>
  marketplace ? `${month}, ${room}/${marketplace}` : month;

const hashOf = (token: string): string => createHash("sha256").update(token).digest("hex");
