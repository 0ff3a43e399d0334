import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { UserError } from "../cli/user_error.ts";
import type { Clients } from "./clients.ts";
import type { Deployed } from "./stacks.ts";

/** Of each table with a stream, its ARN; empty where nothing was restored. */
export type RestoredStreams = { events: string; orders: string };

/**
 * The streams of tables that were restored, which are others than those that the data stack has made.
 * @throws {UserError} where a table is gone, or has no stream.
 */
export async function restoredStreams(
  clients: Clients,
  data: Deployed | undefined,
): Promise<RestoredStreams> {
  const { EventsTableStreamArn, OrdersTableStreamArn } = data?.outputs ?? {};
  const [events, orders] = await Promise.all([
    restoredStream(clients, EventsTableStreamArn, "no event would be handled at once"),
    restoredStream(clients, OrdersTableStreamArn, "nobody would be told of an Order at once"),
  ]);
  return { events, orders };
}

async function restoredStream(
  { dynamodb }: Clients,
  made: string | undefined,
  without: string,
): Promise<string> {
  if (!made) return "";
  const [, TableName = ""] = /table\/([^/]+)/.exec(made) ?? [];
  const how = 'RUNBOOK.md, "Restoring a table"';
  try {
    const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }));
    const { StreamEnabled } = Table?.StreamSpecification ?? {};
    if (!StreamEnabled || !Table?.LatestStreamArn)
      throw new UserError(`The table ${TableName} has no stream, so ${without}: ${how}.`);
    return Table.LatestStreamArn === made ? "" : Table.LatestStreamArn;
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException")
      throw new UserError(`The table ${TableName} is gone: ${how}.`);
    throw error;
  }
}
