import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it, vi } from "vitest";
import { startSimulator } from "../../../local/stripe_simulator/simulator.ts";
import { newPlatform, sessionParams, stripeAt } from "./support.ts";

afterEach(() => vi.useRealTimers());

it("expires what became overdue while it was away, before anybody can see it open", async () => {
  const file = join(await mkdtemp(join(tmpdir(), "stripe-simulator-")), "deep", "simulator.sqlite");
  const before = await startSimulator({ port: 0, file });
  const { key, stripe } = await newPlatform(before.url);
  const session = await stripe.checkout.sessions.create(sessionParams());
  await before.close();
  vi.useFakeTimers({ toFake: ["Date"], now: (session.expires_at + 1) * 1000 });
  const after = await startSimulator({ port: 0, file });
  expect(await stripeAt(after.url, key).checkout.sessions.retrieve(session.id)).toMatchObject({
    status: "expired",
  });
  expect((await stripeAt(after.url, key).events.list()).data).toMatchObject([
    { type: "checkout.session.expired" },
  ]);
  await after.close();
});
