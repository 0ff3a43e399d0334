import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import getPort from "get-port";
import { afterAll, expect, it } from "vitest";
import { waitFor } from "../../support/wait.ts";
import { newPlatform, newReceiver, PAID, sessionParams, stripeAt } from "./support.ts";

const port = await getPort();
const url = `http://127.0.0.1:${port}`;
const env = {
  STRIPE_SIMULATOR_PORT: String(port),
  LOCAL_DIR: await mkdtemp(join(tmpdir(), "stripe-simulator-")),
};

function run() {
  const child = execa("node", ["local/stripe_simulator/main.ts"], { preferLocal: true, reject: false, env });
  afterAll(() => child.kill("SIGKILL"));
  return child;
}

async function start() {
  const child = run();
  let said = "";
  child.stdout.on("data", (chunk) => {
    said += chunk;
  });
  await waitFor(() => expect(said).toBe(`Stripe simulator ready at ${url}\n`));
  return { child }; // wrapped, because a child is a promise of its end
}

it("goes on where it was after kill -9, with the deliveries that were pending, and stops when asked", async () => {
  const first = await start();
  const { key, stripe, act } = await newPlatform(url);
  let down = true;
  const receiver = await newReceiver(() => (down ? 503 : 200));
  await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ["*"] });
  const session = await stripe.checkout.sessions.create(sessionParams(), { idempotencyKey: "before" });
  await act(session.id, "pay");
  await waitFor(() => expect(receiver.received.length).toBeGreaterThan(0));
  first.child.kill("SIGKILL");
  await first.child;

  down = false;
  receiver.received.length = 0;
  const { child } = await start();
  const again = stripeAt(url, key);
  expect(await again.checkout.sessions.create(sessionParams(), { idempotencyKey: "before" })).toMatchObject({
    id: session.id,
    status: "open", // the answer of then
  });
  expect(await again.checkout.sessions.retrieve(session.id)).toMatchObject({ payment_status: "paid" });
  await waitFor(() => expect(receiver.types().toSorted()).toEqual(PAID.toSorted()));

  expect(await run()).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(`port ${port} is taken`),
  });
  child.kill("SIGTERM");
  expect(await child).toMatchObject({ exitCode: 0 });
});
