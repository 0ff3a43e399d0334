import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import { buffer } from "node:stream/consumers";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import * as v from "valibot";
import { itemSize } from "./item_size.ts";

/** What one call to DynamoDB took of a table, in units, by its own account: of the table itself and of each index. */
export type Call = {
  operation: string;
  isWrite: boolean;
  table: string;
  units: number;
  indexes: Record<string, number>;
  /** Of a transaction: the bytes of each item that is put, and how many are updated, of which nothing tells how large they are. */
  parts?: { puts: number[]; updates: number };
};

/** What the calls that write, or those that read, took in all: of the tables and of their indexes. */
export const unitsTaken = (calls: readonly Call[], { isWrite }: Pick<Call, "isWrite">): number =>
  calls
    .filter((call) => call.isWrite === isWrite)
    .flatMap(({ units, indexes }) => [units, ...Object.values(indexes)])
    .reduce((all, units) => all + units, 0);

/**
 * Stands between a function and DynamoDB and asks for `ReturnConsumedCapacity`, so that the function under measurement is
 * the one that is deployed, to the byte. Every request over the wire is a call: the client's retries count, too.
 */
export async function startMeter(endpoint: string) {
  let calls: Call[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const operation = String(incoming.headers["x-amz-target"] ?? "").replace(/^.*\./, "");
    const asked = { ...JSON.parse((await buffer(incoming)).toString()), ReturnConsumedCapacity: "INDEXES" };
    const body = JSON.stringify(asked);
    const { host: _host, "content-length": _length, ...headers } = incoming.headers;
    const forwarded = httpRequest(endpoint, {
      method: "POST",
      headers: { ...headers, "content-length": Buffer.byteLength(body) },
    });
    forwarded.end(body);
    const [answer] = await once(forwarded, "response");
    const bytes = await buffer(answer);
    calls.push(...callsOf(operation, body, bytes));
    const { "content-length": _size, "x-amz-crc32": _checksum, ...answered } = answer.headers;
    outgoing.writeHead(answer.statusCode, answered).end(bytes);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the meter has no port");
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    /** What came by since it was last asked. */
    take: (): Call[] => {
      const taken = calls;
      calls = [];
      return taken;
    },
    stop: async (): Promise<void> => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const Units = v.object({ CapacityUnits: v.optional(v.number(), 0) });
const Consumed = v.object({
  TableName: v.string(),
  CapacityUnits: v.optional(v.number(), 0),
  Table: v.optional(Units),
  GlobalSecondaryIndexes: v.optional(v.record(v.string(), Units), {}),
});
const Answer = v.object({ ConsumedCapacity: v.optional(v.union([Consumed, v.array(Consumed)])) });

const Asked = v.object({
  TransactItems: v.optional(
    v.array(
      v.object({
        Put: v.optional(
          v.object({
            TableName: v.string(),
            Item: v.record(
              v.string(),
              v.custom<AttributeValue>((value) => typeof value === "object"),
            ),
          }),
        ),
        Update: v.optional(v.object({ TableName: v.string() })),
      }),
    ),
  ),
});

/** A transaction is one call a table here. */
function callsOf(operation: string, body: string, bytes: Buffer): Call[] {
  const { TransactItems } = v.parse(Asked, JSON.parse(body));
  const partsOf = (table: string) => ({
    puts: (TransactItems ?? []).flatMap(({ Put }) => (Put?.TableName === table ? itemSize(Put.Item) : [])),
    updates: (TransactItems ?? []).filter(({ Update }) => Update?.TableName === table).length,
  });
  const { ConsumedCapacity = [] } = v.parse(Answer, JSON.parse(bytes.toString()));
  const isWrite = /^(?:Put|Update|Delete|BatchWrite|TransactWrite)/.test(operation);
  return [ConsumedCapacity].flat().map(({ TableName, CapacityUnits, Table, GlobalSecondaryIndexes }) => ({
    operation,
    isWrite,
    table: TableName,
    units: Table?.CapacityUnits ?? CapacityUnits,
    indexes: Object.fromEntries(
      Object.entries(GlobalSecondaryIndexes).map(([name, units]) => [name, units.CapacityUnits]),
    ),
    ...(TransactItems && { parts: partsOf(TableName) }),
  }));
}
