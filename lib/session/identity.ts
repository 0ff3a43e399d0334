import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition } from "../dynamodb/conditional.ts";
import { PERSON_ROW, personKey } from "../dynamodb/keys.ts";
import type { Session } from "./session.ts";

/** Whose an email address is. Each session reads this row with each request, so what ends sessions stands here. */
type Person = v.InferOutput<typeof Person>;
const Person = v.object({
  issuer: v.string(),
  subject: v.string(),
  /** How often they signed out: a session that began before the last time is over. A count needs no clocks that agree. */
  sign_outs: v.number(),
});

const rowKey = (email: string) => ({ pk: personKey(email), sk: PERSON_ROW });

/**
 * Binds an email address to the account that signs in with it first: a later one of the same address, at another
 * issuer or given to somebody else, gets nothing of what the first was let into.
 * @returns undefined where the address is another account's.
 */
export async function bindPerson({
  email,
  issuer,
  subject,
}: Pick<Session, "email" | "issuer" | "subject">): Promise<Person | undefined> {
  const written = await ifCondition(
    dynamodb.send(
      new UpdateCommand({
        TableName: configuration.settingsTable,
        Key: rowKey(email),
        UpdateExpression:
          "SET email = :email, issuer = :issuer, subject = :subject, sign_outs = if_not_exists(sign_outs, :none)",
        ConditionExpression: "attribute_not_exists(pk) OR (issuer = :issuer AND subject = :subject)",
        ExpressionAttributeValues: { ":email": email, ":issuer": issuer, ":subject": subject, ":none": 0 },
        ReturnValues: "ALL_NEW",
      }),
    ),
  );
  return written && v.parse(Person, written.Attributes);
}

/** Whether the address is still this session's account's, and they have not signed out since it began. */
export async function isPerson({ email, issuer, subject, sign_outs }: Session): Promise<boolean> {
  const { Item } = await dynamodb.send(
    new GetCommand({ TableName: configuration.settingsTable, Key: rowKey(email), ConsistentRead: true }),
  );
  const person = v.safeParse(Person, Item);
  return (
    person.success &&
    person.output.issuer === issuer &&
    person.output.subject === subject &&
    person.output.sign_outs === sign_outs
  );
}

/** Ends all sessions of the person, wherever a copy of one is. One that is over already ends none that began since. */
export async function endSessions({ email, issuer, subject, sign_outs }: Session): Promise<void> {
  await ifCondition(
    dynamodb.send(
      new UpdateCommand({
        TableName: configuration.settingsTable,
        Key: rowKey(email),
        UpdateExpression: "SET sign_outs = :next",
        ConditionExpression: "sign_outs = :seen AND issuer = :issuer AND subject = :subject",
        ExpressionAttributeValues: {
          ":next": sign_outs + 1,
          ":seen": sign_outs,
          ":issuer": issuer,
          ":subject": subject,
        },
      }),
    ),
  );
}
