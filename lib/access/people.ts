import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { GetCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb.ts";
import type { Session } from "../session/session.ts";

/** Rows of the settings as a person sees them: who they are, and what they were let into. */
export const personKey = (email: string): string => `MEMBER#${email}`;
export const PERSON_ROW = "PERSON";
/** Before the rows of the Spaces, and of the Marketplaces, that a person was let into. */
export const PLACE_PREFIX = "SPACE#";

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
  try {
    await dynamodb.send(
      new PutCommand({
        TableName: configuration.settingsTable,
        Item: { ...key, email, issuer, subject },
        ConditionExpression: "attribute_not_exists(pk) OR (issuer = :issuer AND subject = :subject)",
        ExpressionAttributeValues: { ":issuer": issuer, ":subject": subject },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
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

/** What a person was let into: Spaces as a member, Marketplaces as a representative. */
export type Membership = v.InferOutput<typeof Membership>;
const Membership = v.object({
  space: v.string(),
  room: v.optional(v.string()),
  marketplace: v.optional(v.string()),
});

export async function placesOf(email: string): Promise<Membership[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: configuration.settingsTable,
      KeyConditionExpression: "pk = :person AND begins_with(sk, :place)",
      ExpressionAttributeValues: { ":person": personKey(email), ":place": PLACE_PREFIX },
    }),
  );
  return v.parse(v.array(Membership), Items);
}

/** The rows that let a person into a Space, and into one Marketplace of it, as the Space sees them. */
export const memberRow = (email: string): string => `MEMBER#${email}`;
export const representativeRow = (marketplace: string, email: string): string =>
  `REPRESENTATIVE#${marketplace}#${email}`;
