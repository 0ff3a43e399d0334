import type * as v from "valibot";
import { auditPut } from "../audit/audit.ts";
import { configuration } from "../configuration.ts";
import { registryKey, spaceRowKey } from "../dynamodb/keys.ts";
import { transact } from "../dynamodb/transact.ts";
import { httpError, ValidationError } from "../errors.ts";
import { fields } from "../http/body.ts";
import { Name, SELF_TEST_SPACE, Slug } from "./space.ts";

export type NewSpace = v.InferOutput<typeof NewSpace>;
export const NewSpace = fields({ space: Slug, name: Name });

/** @throws {HttpError} 409 where there is a Space of that name; {ValidationError} for the name that is ours. */
export async function createSpace({ space, name }: NewSpace, actor: string): Promise<void> {
  if (space === SELF_TEST_SPACE)
    throw new ValidationError({ space: "is kept for the service's own test; choose another" });
  const isNew = await transact([
    {
      Put: {
        TableName: configuration.settingsTable,
        Item: { ...spaceRowKey(space), space, name, version: 0 },
        ConditionExpression: "attribute_not_exists(pk)",
      },
    },
    { Put: { TableName: configuration.settingsTable, Item: { ...registryKey(space), space, name } } },
    auditPut(space, actor, "created the Space"),
  ]);
  if (!isNew) throw httpError("space_exists", space);
}
