import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import getPort from "get-port";
import { afterEach, expect, it, vi } from "vitest";
import { configuration } from "../../../lib/configuration.ts";
import { isDynamoError } from "../../../lib/errors.ts";

afterEach(() => vi.unstubAllEnvs());

/** The client as a new process makes it, for the DynamoDB of `endpoint`. */
async function documentsAt(endpoint?: string) {
  if (endpoint) vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", endpoint);
  vi.resetModules();
  return (await import("../../../lib/dynamodb/client.ts")).dynamodb;
}

/** How a read ends, and after how many ms. */
async function readAt(endpoint: string) {
  const documents = await documentsAt(endpoint);
  const started = performance.now();
  const error = await documents
    .send(new GetCommand({ TableName: "any", Key: { pk: "1" } }))
    .catch((reason: unknown) => reason);
  return { error, ms: performance.now() - started };
}

/** Takes connections and never says a word. */
async function aSilentServer() {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on("error", () => {}));
  });
  const port = await getPort();
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${port}`,
    sockets,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

it("leaves out what is undefined, however deep", async () => {
  const documents = await documentsAt();
  const Key = { pk: randomUUID(), sk: "1" };
  await documents.send(
    new PutCommand({ TableName: configuration.ordersTable, Item: { ...Key, kept: { left_out: undefined } } }),
  );
  const { Item } = await documents.send(new GetCommand({ TableName: configuration.ordersTable, Key }));
  expect(Item).toEqual({ ...Key, kept: {} });
});

it("fails at once, as trouble with the table, where nothing listens", async () => {
  const { error, ms } = await readAt(`http://127.0.0.1:${await getPort()}`);
  expect(isDynamoError(error)).toBe(true);
  expect(ms).toBeLessThan(2_000);
});

it("gives up within 5 s on AWS, as trouble with the table, after three tries that nobody answers", async () => {
  vi.stubEnv("STAGE", "prod");
  await using server = await aSilentServer();
  const { error, ms } = await readAt(server.url);
  expect(isDynamoError(error)).toBe(true);
  expect(server.sockets).toHaveLength(3);
  expect(ms).toBeLessThan(5_000);
});
