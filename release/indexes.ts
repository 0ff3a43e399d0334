import { isDeepStrictEqual } from "node:util";
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { UserError } from "../cli/user_error.ts";
import type { Clients } from "./clients.ts";
import type { Template } from "./template.ts";

/** A table in aws/data.yml, as far as its indexes go. */
const Table = v.object({
  TableName: v.string(),
  GlobalSecondaryIndexes: v.optional(v.array(v.looseObject({ IndexName: v.string() })), []),
});

/** Of a table that is there, the one index that comes (`+due`) or goes (`-due`). */
type IndexChange = { table: string; index: string };

/**
 * Finds which indexes a deploy of the data stack makes and removes. A table that is new is made with all of its own.
 * @throws {UserError} where CloudFormation would fail half-way: of a table it makes or removes one index an update, and changes
 * none (AWS::DynamoDB::Table, "GlobalSecondaryIndexes").
 */
export function indexChanges(before: Template, after: Template): IndexChange[] {
  return Object.entries(after.Resources).flatMap(([id, resource]) => {
    const old = before.Resources[id];
    if (resource.Type !== "AWS::DynamoDB::Table" || !old) return [];
    const [was, is] = [indexesOf(old), indexesOf(resource)];
    const other = [...is].find(([name, index]) => was.has(name) && !isDeepStrictEqual(was.get(name), index));
    if (other)
      throw new UserError(
        `This would change the index ${other[0]} of ${id}, and AWS changes none: make one of another name, and remove the old one by a later deploy. Nothing was changed.`,
      );
    const made = [...is.keys()].filter((name) => !was.has(name)).map((name) => `+${name}`);
    const removed = [...was.keys()].filter((name) => !is.has(name)).map((name) => `-${name}`);
    const changed = [...made, ...removed];
    if (changed.length > 1)
      throw new UserError(
        `This would make or remove ${changed.length} indexes of ${id} (${changed.join(", ")}), and AWS does that to one of a table at a time: deploy a commit first that has one of these changes. Nothing was changed.`,
      );
    return changed.map((index) => ({ table: v.parse(Table, resource.Properties).TableName, index }));
  });
}

const indexesOf = ({ Properties }: Template["Resources"][string]) =>
  new Map(v.parse(Table, Properties).GlobalSecondaryIndexes.map((index) => [index.IndexName, index]));

/**
 * Sees that what a deploy changes of indexes can be done. One that was made a while ago may still be filled.
 * @throws {UserError} as {@link indexChanges} does, and where a table's last change is still under way.
 */
export async function assertIndexesCanChange(
  { dynamodb }: Clients,
  stage: string,
  before: Template,
  after: Template,
): Promise<void> {
  for (const { table, index } of indexChanges(before, after)) {
    const TableName = table.replace(/\$\{Stage\}/, stage);
    const { Table: live } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    const busy = live?.GlobalSecondaryIndexes?.find(({ IndexStatus = "" }) => IndexStatus.endsWith("ING"));
    if (busy)
      throw new UserError(
        `The index ${busy.IndexName} of ${TableName} is ${busy.IndexStatus}, and this would change another of its indexes (${index}): wait until that is done, then deploy again. Nothing was changed.`,
      );
  }
}
