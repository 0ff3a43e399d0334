import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition } from "../dynamodb/conditional.ts";
import { PERSON_ROW, personKey } from "../dynamodb/keys.ts";
import type { Session } from "./session.ts";

const Person = v.object({ issuer: v.string(), subject: v.string() });

/**
 * Binds an email address to the account that signs in with it first: a later one of the same address, at another
 * issuer or given to somebody else, gets nothing of what the first was let into.
 * @returns whether the address is this account's.
 */
export async function bindPerson({
  email,
  issuer,
  subject,
}: Pick<Session, "email" | "issuer" | "subject">): Promise<boolean> {
  const key = { pk: personKey(email), sk: PERSON_ROW };
  const written = await ifCondition(
    dynamodb.send(
      new PutCommand({
        TableName: configuration.settingsTable,
        Item: { ...key, email, issuer, subject },
        ConditionExpression: "attribute_not_exists(pk) OR (issuer = :issuer AND subject = :subject)",
        ExpressionAttributeValues: { ":issuer": issuer, ":subject": subject },
      }),
    ),
  );
  return written !== undefined;
}

/** Whether the address is still this session's account's. */
export async function isPerson({ email, issuer, subject }: Session): Promise<boolean> {
  const Key = { pk: personKey(email), sk: PERSON_ROW };
  const { Item } = await dynamodb.send(
    new GetCommand({ TableName: configuration.settingsTable, Key, ConsistentRead: true }),
  );
  const person = v.safeParse(Person, Item);
  return person.success && person.output.issuer === issuer && person.output.subject === subject;
}
