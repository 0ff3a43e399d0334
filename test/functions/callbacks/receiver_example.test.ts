import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import getPort from "get-port";
import { expect, it, onTestFinished } from "vitest";
import { addTest } from "../../../lib/callbacks/add_delivery.ts";
import { callBack, deliveries, marketplaceOwner, stream } from "../../support/callbacks.ts";
import { orderB } from "../../support/order_b.ts";
import { ownTables } from "../../support/own_tables.ts";
import { aSpace } from "../../support/spaces.ts";
import { waitFor } from "../../support/wait.ts";

await ownTables();

const docs = readFileSync(new URL("../../../docs/callbacks.md", import.meta.url), "utf8");
const [, example = ""] = /```js\n\/\/ receiver\.mjs\n([\s\S]+?)```/.exec(docs) ?? [];

/** Runs the example of the docs, on a port of its own, with this secret. @returns the lines that it says */
async function run(port: number, secret: string): Promise<string[]> {
  const said: string[] = [];
  const child = spawn(process.execPath, ["--input-type=module", "--eval", example], {
    env: { ...process.env, PORT: String(port), CALLBACK_SECRET: secret },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill();
  });
  createInterface(child.stdout).on("line", (line) => said.push(line));
  // What is not signed is refused.
  await waitFor(async () => {
    const { status } = await fetch(`http://localhost:${port}/`, { method: "POST", body: "{}" });
    expect(status).toBe(400);
  });
  return said;
}

it("takes what is sent, as the docs have it, and refuses what another secret has signed", async () => {
  const space = await aSpace();
  const owner = marketplaceOwner(space);
  const port = await getPort();
  const secret = await callBack(owner, `http://localhost:${port}/callbacks`);
  const said = await run(port, secret);
  await addTest(owner, "a test");
  const order = await orderB({}, space);
  await stream(owner);
  await order.pay();
  await stream(owner);
  const facts = (await deliveries(owner)).filter(({ type }) => type.startsWith("order."));
  await waitFor(() => expect(said).toHaveLength(facts.length));
  const [first, ...later] = said;
  expect(first).toContain(`${order.order.id} is open, by msg_`);
  expect(later.length).toBeGreaterThan(0);
  for (const line of later) expect(line).toContain(`${order.order.id} is paid, by msg_`);

  const strangersPort = await getPort();
  await run(strangersPort, `whsec_${Buffer.alloc(30, 4).toString("base64")}`);
  await callBack(owner, `http://localhost:${strangersPort}/`);
  await addTest(owner, "a test");
  await stream(owner);
  expect((await deliveries(owner)).at(-1)?.tries).toMatchObject([{ status: 400 }]);
});
