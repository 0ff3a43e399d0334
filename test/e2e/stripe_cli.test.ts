import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { aShop } from "../support/shop.ts";
import { waitUntil } from "../support/wait.ts";

// The Space `other`: its endpoints are switched off here, so that only the CLI brings its events.
const demo = inject("demo");
const space = demo.spaces.find(({ space }) => space === "other");
const [marketplace] = space?.marketplaces ?? [];
if (!space || !marketplace) throw new Error("the demo is not what it should be");
const shop = aShop(demo, space);

// A hook that is registered within another never runs.
const running: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(running.map((end) => end())));

const env = {
  ...process.env,
  LOCAL_DIR: inject("localDir"),
  SEALING_KEY: "A".repeat(43),
  SESSION_KEYS: "A".repeat(43),
};

/** `npm run listen`, when it forwards. */
async function runListen(...args: string[]) {
  const child = spawn(process.execPath, ["local/listen.ts", ...args], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit");
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  running.push(async () => {
    child.kill("SIGINT");
    await ended;
  });
  await waitUntil(() => output.includes("Ready!"));
  return () => output;
}

let output: () => string;

beforeAll(async () => {
  const { data } = await shop.stripe("GET", "/v1/webhook_endpoints");
  for (const { id } of data)
    await shop.stripe("POST", `/v1/webhook_endpoints/${id}`, new URLSearchParams({ disabled: "true" }));
  output = await runListen("--marketplace", "Other Vendor");
});

it("forwards with the real CLI what a buyer pays, and the Order is paid", async () => {
  const { order, url } = await shop.checkout(marketplace);
  await shop.press(url, "pay");
  await shop.expectOrder(marketplace, order, "paid", { entries: ["placed", "paid"] });
  expect(output()).toContain("checkout.session.completed");
});

it("keeps every event that the CLI forwards, with or without a handler", async () => {
  const { session, url } = await shop.checkout(marketplace);
  await shop.press(url, "pay");
  const { payment_intent } = await shop.stripe("GET", `/v1/checkout/sessions/${session}`);
  // Others pay here meanwhile, too.
  const statuses = async () => {
    const { body } = await shop.call("/stripe_events?limit=100");
    const events: { type: string; status: string }[] = await Promise.all(
      body.data.map(async ({ id }: { id: string }) => (await shop.call(`/stripe_events/${id}`)).body),
    );
    const ours = events.filter((event) => JSON.stringify(event).includes(payment_intent));
    return Object.fromEntries(ours.map(({ type, status }) => [type, status]));
  };
  await expect.poll(statuses).toMatchObject({
    "checkout.session.completed": "succeeded",
    "charge.succeeded": "ignored",
    "payment_intent.succeeded": "ignored",
  });
});

it("has put the CLI's secret beside the one that was there, and shows neither", async () => {
  const { body } = await shop.call(`${shop.pathOf(marketplace)}/edit`);
  expect(body.stripe_webhook_endpoint_secret).toHaveLength(2);
  for (const secret of body.stripe_webhook_endpoint_secret) expect(secret).toMatch(/^whsec_….{4}$/u);
});

it("forwards to the Space's own URL as well, connected accounts' events too", async () => {
  const said = await runListen("--space", space.space);
  const [account] = (await shop.stripe("GET", "/v1/accounts")).data;
  await shop.stripe(
    "POST",
    `/simulator/accounts/${account.id}/onboarding`,
    JSON.stringify({ do: "want_more" }),
  );
  const heard = /connect account\.updated \[(evt_\w+)\]/;
  await waitUntil(() => heard.test(said()));
  const [, event] = heard.exec(said()) ?? [];
  await expect
    .poll(said)
    .toContain(`[200] POST ${demo.baseUrl}/spaces/${space.space}/stripe_events [${event}]`);
  const { body } = await shop.call("");
  expect(body.added_webhook_secrets).toEqual([expect.stringMatching(/^whsec_….{4}$/u)]);
  expect((await shop.call(`/stripe_events/${event}`)).body).toMatchObject({ account: account.id });
});

it("ends with the shell that started it, however suddenly that ends", async () => {
  const command = `${process.execPath} local/listen.ts --space ${space.space} & echo "pid $!"; wait`;
  const shell = spawn("bash", ["--norc", "-c", command], { env, stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  shell.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  await waitUntil(() => said.includes("Forwarding to"));
  const pid = Number(/pid (\d+)/.exec(said)?.[1]);
  shell.kill("SIGKILL");
  await waitUntil(() => !isRunning(pid));
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
