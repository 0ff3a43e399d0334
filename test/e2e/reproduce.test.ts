import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { anotherStripe, type OtherStripe, PERSONS } from "../support/other_stripe.ts";
import { browsing, mainOf, people } from "../support/signed_in_page.ts";

const { signedIn } = browsing();
const folder = mkdtempSync(join(tmpdir(), "convene-stripe-"));
let source: OtherStripe;
beforeAll(async () => {
  source = await anotherStripe();
});
afterAll(async () => {
  await source.close();
  rmSync(folder, { recursive: true });
});

/** What the command prints. */
async function reproduce(...args: string[]): Promise<string> {
  const env = {
    ...process.env,
    LOCAL_DIR: inject("localDir"),
    SEALING_KEY: inject("sealingKey"),
    SESSION_KEYS: randomBytes(32).toString("base64url"),
    STRIPE_API_KEY: source.key,
    REPRODUCE_FROM: source.url,
  };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ["local/reproduce.ts", ...args], {
    env,
  }).catch((error) => error);
  return `${stdout}${stderr}`;
}

it("brings an event from Stripe into the service that runs here, which handles it", async () => {
  const { order } = await source.paidOrder();
  const event = await source.newestEvent("checkout.session.completed");
  const space = `reproduced-${randomBytes(4).toString("hex")}`;
  const said = await reproduce("--event", event, "--space", space);
  expect(said).toContain(`${event} (checkout.session.completed) was delivered`);
  expect(said).toContain(`Order ${order}`);

  const path = `/spaces/${space}/stripe_events/${event}`;
  const page = await signedIn(people.operator, path);
  await expect
    .poll(async () => {
      await page.goto(new URL(path, page.url()).href);
      return await mainOf(page);
    })
    .toContain("Succeeded");
  expect(await mainOf(page)).toContain(order);
  expect(await page.content()).not.toMatch(PERSONS);
});

it("takes an event's JSON from a file, and says what it needs", async () => {
  const { order, intent } = await source.paidOrder();
  await source.stripe.refunds.create({ payment_intent: intent, amount: 100 });
  const payload = await source.stripe.events.retrieve(await source.newestEvent("charge.refunded"));
  const file = join(folder, "event.json");
  const space = `reproduced-${randomBytes(4).toString("hex")}`;
  writeFileSync(file, JSON.stringify({ payload }));
  const said = await reproduce("--file", file, "--space", space);
  expect(said).toContain(`${payload.id} (charge.refunded) was delivered`);
  expect(said).toContain(`Order ${order}`);
  writeFileSync(file, "{}");
  expect(await reproduce("--file", file)).toContain("is no event's JSON");
  expect(await reproduce()).toContain("npm run reproduce takes -- --event evt_…");
  expect(await reproduce("--event", "evt_unknown")).toContain("Stripe has no evt_unknown for this key");
});
