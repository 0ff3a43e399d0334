import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { ifCondition } from "../dynamodb/conditional.ts";
import { factKey, spaceFactKey } from "../dynamodb/keys.ts";
import type { OrderFact, SpaceFact } from "./fact.ts";

/**
 * Writes facts that are not in the ledger yet; what is there stays as it is. A fact is true whatever becomes of its Order, so
 * it needs no transaction.
 */
export async function putFacts(facts: readonly (OrderFact | SpaceFact)[]): Promise<void> {
  await Promise.all(facts.map(putFact));
}

const putFact = async (fact: OrderFact | SpaceFact): Promise<unknown> =>
  await ifCondition(
    dynamodb.send(
      new PutCommand({
        TableName: configuration.ordersTable,
        Item: { ...keyOf(fact), ...fact },
        ConditionExpression: "attribute_not_exists(pk)",
      }),
    ),
  );

const keyOf = (fact: OrderFact | SpaceFact) =>
  "order" in fact ? factKey(fact.marketplace, fact.order, fact.id) : spaceFactKey(fact.space, fact.id);
