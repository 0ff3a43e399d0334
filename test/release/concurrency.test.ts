import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { expect, it, onTestFinished } from "vitest";
import { reservedConcurrency } from "../../release/concurrency.ts";

/**
 * A Lambda of an account with so many executions, of which functions have reserved some (Lambda API Reference,
 * "GetAccountSettings" and "GetFunctionConcurrency").
 */
async function accountWith(all: number, reserved: Record<string, number> = {}) {
  const asked: string[] = [];
  const answer = (url: string): object | undefined => {
    if (url.endsWith("/account-settings")) {
      const left = Object.values(reserved).reduce((rest, each) => rest - each, all);
      return { AccountLimit: { ConcurrentExecutions: all, UnreservedConcurrentExecutions: left } };
    }
    const [, name = ""] = /functions\/([\w-]+)\/concurrency$/.exec(url) ?? [];
    return name in reserved ? { ReservedConcurrentExecutions: reserved[name] } : undefined;
  };
  const server = createServer(({ url = "" }, response) => {
    asked.push(url);
    const found = answer(url);
    if (!found) response.writeHead(404, { "x-amzn-errortype": "ResourceNotFoundException" });
    response.end(JSON.stringify(found ?? {}));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const region = "eu-central-1";
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const lambda = new LambdaClient({ endpoint: `http://127.0.0.1:${port}`, region, credentials });
  return { asked, clients: { lambda, region } };
}

it.each([
  ["an account of AWS's own default", 1_000, {}, 250],
  ["the least that does", 200, {}, 50],
  [
    "what it has reserved before, which is no less free",
    1_000,
    { "convene-stripe-prod-receiveStripeEvent": 250, "convene-stripe-prod-createCheckout": 250 },
    250,
  ],
  ["what other functions have left", 1_000, { theirs: 401 }, 149],
])("gives receiving and checkouts a quarter each of %s", async (_of, all, reserved, each) => {
  const { clients } = await accountWith(all, reserved);
  expect(await reservedConcurrency(clients, "prod")).toBe(each);
});

it.each<[what: string, all: number, reserved: Record<string, number>, said: string]>([
  ["is new", 10, {}, "Lambda may run 10 functions at once in eu-central-1 of this account, of which 10 are"],
  [
    "has reserved too much for others",
    1_000,
    { theirs: 801 },
    "of which 199 are nobody else's, and prod takes 200",
  ],
])("stops prod in an account that %s, and says what to ask for", async (_what, all, reserved, said) => {
  const { clients } = await accountWith(all, reserved);
  const stopped = await reservedConcurrency(clients, "prod").catch((error: Error) => error.message);
  expect(stopped).toContain(said);
  expect(stopped).toMatch(/Service Quotas, AWS Lambda, "Concurrent executions" .*Nothing was changed\.$/);
});

it("reserves nothing for another stage, which would take it from prod", async () => {
  const { asked, clients } = await accountWith(10);
  expect(await reservedConcurrency(clients, "try")).toBeUndefined();
  expect(asked).toEqual([]);
});
