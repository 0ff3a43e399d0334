import { randomUUID } from "node:crypto";
import type * as v from "valibot";
import { auditPut } from "../audit/audit.ts";
import { newBuyerSecret } from "../buyers/buyer_key.ts";
import { configuration } from "../configuration.ts";
import { utilityClaimKey, utilityKey } from "../dynamodb/keys.ts";
import { transact } from "../dynamodb/transact.ts";
import { httpError } from "../errors.ts";
import { fields } from "../http/body.ts";
import { Name } from "../spaces/space.ts";

export const NewUtility = fields({ utility_name: Name });

/**
 * @returns the id of the new Utility, a UUID.
 * @throws {HttpError} 409 where there is one: a Space sells through one Stripe account.
 */
export async function createUtility(
  space: string,
  { utility_name: name }: v.InferOutput<typeof NewUtility>,
  actor: string,
): Promise<string> {
  const TableName = configuration.settingsTable;
  const utility = randomUUID();
  const made = await transact([
    {
      Put: {
        TableName,
        Item: { ...utilityClaimKey(space), utility },
        ConditionExpression: "attribute_not_exists(pk)",
      },
    },
    {
      Put: {
        TableName,
        Item: {
          ...utilityKey(space, utility),
          space,
          utility,
          name,
          buyer_secret: newBuyerSecret(),
          version: 0,
        },
      },
    },
    auditPut(space, actor, `created the Stripe Utility ${name}`),
  ]);
  if (!made) throw httpError("utility_exists");
  return utility;
}
