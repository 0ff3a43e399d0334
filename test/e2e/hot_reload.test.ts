import { rmSync } from "node:fs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, paginateScan } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Demo } from "../../local/demo.ts";
import { withTestEmulator } from "../support/emulator.ts";
import { anEvent, sign } from "../support/events.ts";
import { passLeases } from "../support/leases.ts";
import { PATIENCE_MS } from "../support/patience.ts";
import { aPlace, type Place, type Product, readyProduct, startProduct } from "../support/product.ts";
import { projectCopy } from "../support/project_copy.ts";
import { aShop, type DemoSpace } from "../support/shop.ts";
import { waitUntil } from "../support/wait.ts";

const HEALTH = "functions/health/show.ts";
const REGISTRY = "lib/stripe_events/registry.ts";
const HANDLER = "lib/stripe_events/handlers/payment_intent.succeeded.ts";

const project = projectCopy();
let place: Place;
let product: Product;
let demo: Demo;
let space: DemoSpace;
let marketplace: DemoSpace["marketplaces"][number];

beforeAll(async () => {
  place = { ...(await withTestEmulator(await aPlace())), project: project.folder };
  product = startProduct(place);
  demo = await readyProduct(place, product);
  const [first] = demo.spaces;
  const [firstMarketplace] = first?.marketplaces ?? [];
  if (!first || !firstMarketplace) throw new Error("the demo is not what it should be");
  space = first;
  marketplace = firstMarketplace;
});
afterAll(async () => {
  await product.interrupt();
  for (const folder of [project.folder, place.localDir]) rmSync(folder, { recursive: true });
});

const handlerSaying = (detail: string): string =>
  `import { succeeded } from "../outcome.ts";\nexport const paymentIntentSucceeded = async () => succeeded("${detail}");\n`;

const health = async () => {
  const response = await fetch(`${demo.baseUrl}/health`);
  return { status: response.status, body: await response.json() };
};
const told = (line: string) => waitUntil(() => product.output().includes(line));

/** As Stripe does, again where a table does not answer in time; returns the event's id and the last answer's status. */
async function deliver(): Promise<{ id: string; status: number }> {
  const { id, body } = anEvent({ type: "payment_intent.succeeded", object: { id: "pi_1" } });
  for (;;) {
    const headers = { "stripe-signature": sign(body, marketplace.webhookSecret) };
    const { status } = await fetch(marketplace.forwardUrl, { method: "POST", headers, body });
    if (status !== 503) return { id, status };
  }
}

const eventOf = async (id: string) => (await aShop(demo, space).call(`/stripe_events/${id}`)).body;

it("uses a saved file from the next request on", async () => {
  expect(await health()).toEqual({ status: 200, body: { status: "ok" } });
  const before = project.read(HEALTH);
  for (const status of ["fine", "better"]) {
    project.save(HEALTH, before.replace('"ok"', `"${status}"`));
    expect(await health()).toEqual({ status: 200, body: { status } });
  }
  project.save(HEALTH, before);
  await told(`${HEALTH}: in use from the next request on.`);
});

it("says where a file has a syntax error, in the terminal and in the answer, until it is mended", async () => {
  const before = project.read(HEALTH);
  project.save(HEALTH, `const = 5;\n${before}`);
  const { status, body } = await health();
  const sentence = `${HEALTH}:1 does not load: SyntaxError:`;
  expect(status).toBe(500);
  expect(body.message).toContain(sentence);
  await told(sentence);
  const said = product.output().length;
  project.save(HEALTH, before);
  expect(await health()).toEqual({ status: 200, body: { status: "ok" } });
  await waitUntil(() => product.output().includes(`${HEALTH}: in use from the next request on.`, said));
  expect(product.output().split(sentence)).toHaveLength(2); // said once
});

it("subscribes to the type of a new handler, and runs it, with no restart", async () => {
  const registry = project
    .read(REGISTRY)
    .replace(/^} satisfies Registry/m, '  "payment_intent.succeeded": paymentIntentSucceeded,\n$&');
  const line = 'import { paymentIntentSucceeded } from "./handlers/payment_intent.succeeded.ts";\n';
  project.save(REGISTRY, line + registry);
  await told(`${REGISTRY} does not load: Error: Cannot find module`);
  project.save(HANDLER, handlerSaying("added"));
  await told("The endpoints at Stripe subscribe");

  const shop = aShop(demo, space);
  const { data } = await shop.stripe("GET", "/v1/webhook_endpoints");
  for (const { enabled_events } of data) expect(enabled_events).toContain("payment_intent.succeeded");
  const { url } = await shop.checkout(marketplace);
  await shop.press(url, "pay");
  const paid = async () => {
    const { body } = await shop.call("/stripe_events");
    return body.data.find(({ type }: { type: string }) => type === "payment_intent.succeeded");
  };
  await expect.poll(paid).toMatchObject({ status: "succeeded" });
});

it("tries an event again whose handler's file does not load, with the reason, until it is mended", async () => {
  project.save(HANDLER, `throw new TypeError("not today");\n${handlerSaying("never")}`);
  const { id, status } = await deliver();
  expect(status).toBe(200);
  await expect.poll(() => eventOf(id)).toMatchObject({ status: "retrying" });
  const failed = JSON.stringify(await eventOf(id));
  expect(failed).toContain(`TypeError in ${HANDLER}:1`);
  expect(failed).toContain('"handler:TypeError@payment_intent.succeeded.ts"');
  project.save(HANDLER, handlerSaying("mended"));
  await passLeases(place, demo);
  await expect.poll(() => eventOf(id)).toMatchObject({ status: "succeeded" });
});

it("loses no event and runs none twice where files are saved meanwhile", async () => {
  const DELIVERIES = 500;
  const EVERY = 10; // deliveries a save
  const ids = new Set<string>();
  let begun = 0;
  const work = async (): Promise<void> => {
    while (begun < DELIVERIES) {
      begun += 1;
      if (begun % EVERY === 0) project.save(HANDLER, handlerSaying(`save ${begun / EVERY}`));
      const { id, status } = await deliver();
      expect(status).toBe(200);
      ids.add(id);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  expect(ids.size).toBe(DELIVERIES);

  // On a machine that is slow enough, dispatch leaves an event whose lease is over to retry, and a run in which a table did
  // not answer in time is tried again: what counts is that one run came to its end, and no more.
  const outcomes = async () => {
    const rows = (await eventRows()).filter(({ id }) => ids.has(id));
    const groups = Object.groupBy(rows, ({ status, runs }) => {
      const failed = runs
        .filter((run) => !hasSucceeded(run))
        .map(({ outcome, detail }) => `${outcome}: ${detail}`);
      // What failed is told where that is not over.
      const why = status === "succeeded" ? [] : failed;
      return [status, `runs that succeeded: ${runs.length - failed.length}`, ...why].join(", ");
    });
    return Object.entries(groups).map(([outcome, events = []]) => `${events.length} ${outcome}`);
  };
  // Leases and the pauses between runs, which are no work of this machine's, pass several times.
  await expect
    .poll(outcomes, { interval: 500, timeout: 4 * PATIENCE_MS })
    .toEqual([`${DELIVERIES} succeeded, runs that succeeded: 1`]);
  expect(product.output()).not.toContain("handlers/payment_intent.succeeded.ts does not load");
});

const hasSucceeded = ({ outcome }: Run): boolean => outcome === "succeeded";

type Run = { outcome?: string; detail?: string };

async function eventRows(): Promise<{ id: string; status: string; runs: Run[] }[]> {
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: demo.dynamodbEndpoint,
      region: "local",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    }),
  );
  const rows: Awaited<ReturnType<typeof eventRows>> = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName: "convene-stripe-local-events" }))
    rows.push(...Items.map(({ pk, status, runs }) => ({ id: String(pk).split("#")[1] ?? "", status, runs })));
  client.destroy();
  return rows;
}
