import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { UserError } from "../cli/user_error.ts";
import type { Clients } from "./clients.ts";
import type { Deployed } from "./stacks.ts";

/**
 * The stream of an events table that was restored, which is another than the one that the data stack has made.
 * @returns its ARN; empty where nothing was restored
 * @throws {UserError} where the table is gone, or has no stream.
 */
export async function restoredStream({ dynamodb }: Clients, data: Deployed | undefined): Promise<string> {
  const made = data?.outputs.EventsTableStreamArn;
  if (!made) return "";
  const [, TableName = ""] = /table\/([^/]+)/.exec(made) ?? [];
  const how = 'RUNBOOK.md, "Restoring a table"';
  try {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    const { StreamEnabled } = Table?.StreamSpecification ?? {};
    if (!StreamEnabled || !Table?.LatestStreamArn)
      throw new UserError(
        `The table ${TableName} has no stream, so no event would be handled at once: ${how}.`,
      );
    return Table.LatestStreamArn === made ? "" : Table.LatestStreamArn;
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException")
      throw new UserError(`The table ${TableName} is gone: ${how}.`);
    throw error;
  }
}
