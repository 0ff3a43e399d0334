import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { TransactWriteCommand, type TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { dynamodb } from "./client.ts";

type Items = NonNullable<TransactWriteCommandInput["TransactItems"]>;

/** A part of a transaction. */
export type Item = Items[number];

/** A transaction that crosses another is cancelled, and may be tried again at once. */
const TRIES = 4;

/**
 * Writes all of it or nothing. @returns whether every condition held.
 * @throws where the table had another reason: the same may succeed later.
 */
export async function transact(items: Items): Promise<boolean> {
  for (let tries = 1; ; tries++) {
    try {
      await dynamodb.send(new TransactWriteCommand({ TransactItems: items }));
      return true;
    } catch (error) {
      const codes = error instanceof TransactionCanceledException ? codesOf(error) : [];
      if (codes.includes("ConditionalCheckFailed")) return false;
      if (!codes.includes("TransactionConflict") || tries === TRIES) throw error;
    }
  }
}

const codesOf = ({ CancellationReasons = [] }: TransactionCanceledException): string[] =>
  CancellationReasons.flatMap(({ Code }) => Code ?? []);
