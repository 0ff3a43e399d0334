import { randomUUID } from "node:crypto";
import type * as v from "valibot";
import { auditPut } from "../audit/audit.ts";
import { configuration } from "../configuration.ts";
import { fields } from "../http/body.ts";
import { Name } from "../spaces/space.ts";
import { transact } from "../transact.ts";
import { utilityKey } from "./stripe_utility.ts";

export const NewUtility = fields({ utility_name: Name });

/** @returns the id of the new Utility, a UUID. */
export async function createUtility(
  space: string,
  { utility_name: name }: v.InferOutput<typeof NewUtility>,
  actor: string,
): Promise<string> {
  const utility = randomUUID();
  const Item = { ...utilityKey(space, utility), space, utility, name, version: 0 };
  await transact([
    { Put: { TableName: configuration.settingsTable, Item } },
    auditPut(space, actor, `made the Stripe Utility ${name}`),
  ]);
  return utility;
}
