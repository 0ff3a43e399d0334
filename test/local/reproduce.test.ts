import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { handler as receive } from "../../functions/stripe_events/receive.ts";
import { findOrder } from "../../lib/orders/find_order.ts";
import { dryRun } from "../../lib/stripe_events/dry_run.ts";
import { unpackPayload } from "../../lib/stripe_events/payload/payload.ts";
import { processEvent } from "../../lib/stripe_events/process_event.ts";
import type { StoredEvent } from "../../lib/stripe_events/stored_event.ts";
import { cachedPlatform } from "../../lib/utilities/platform.ts";
import { intoLocal } from "../../local/reproduce/into_local.ts";
import { loadEvent, readEvent, stripeReader } from "../../local/reproduce/load_event.ts";
import { anotherStripe, type OtherStripe, PERSONS } from "../support/other_stripe.ts";
import { serve } from "../support/serve.ts";
import { storedEvent } from "../support/stored_events.ts";

const space = `reproduced-${randomBytes(4).toString("hex")}`;

let source: OtherStripe;
let service: string;
beforeAll(async () => {
  source = await anotherStripe();
  service = await serve(({ rawPath, ...request }) => {
    const [, , of = ""] = rawPath.split("/");
    return receive({ ...request, rawPath, pathParameters: { space: of } });
  });
});
afterAll(() => source.close());

beforeEach(() => {
  vi.stubEnv("BASE_URL", service);
});

/** Reproduces an event in a Space of its own, where it arrives signed. */
async function reproduce(id: string, account?: string) {
  const read = stripeReader(source.url, source.key);
  const asked = (await source.control("requests")).data.length;
  const loading = await loadEvent(read, await readEvent(read, id, account));
  expect(
    (await source.control("requests")).data
      .slice(asked)
      .filter(({ method }: { method: string }) => method !== "GET"),
  ).toEqual([]);
  const reproduced = await intoLocal(loading, space, inject("simulatorUrl"));
  await expect.poll(() => storedEvent({ space }, id)).toBeDefined();
  const event = await storedEvent({ space }, id);
  if (!event) throw new Error("it did not arrive");
  return { ...reproduced, stored: event };
}

const payloadOf = (event: StoredEvent): string =>
  unpackPayload(event.payload ?? new Uint8Array(), event).toString("utf8");

describe("an event of another Stripe", () => {
  it("comes here signed, with its payment, and its handler does what it would have done there", async () => {
    const { order, marketplace, session } = await source.paidOrder();
    const { stored } = await reproduce(await source.newestEvent("checkout.session.completed"));
    expect(await findOrder(marketplace, order)).toMatchObject({ space, status: "open", amount_total: 1_890 });
    expect(await dryRun(stored)).toMatchObject({
      outcome: "succeeded",
      order,
      steps: [{ kind: "transfer", amount: 1_215, account: source.vendor }],
    });
    expect(await processEvent(stored)).toMatchObject({ outcome: "succeeded" });
    expect(await findOrder(marketplace, order)).toMatchObject({ status: "paid", split: { status: "done" } });
    const here = await cachedPlatform(space);
    expect((await here.stripe.transfers.list({ transfer_group: order })).data).toMatchObject([
      { amount: 1_215 },
    ]);
    expect((await source.stripe.transfers.list({ transfer_group: order })).data).toEqual([]);
    expect(session).toMatch(/^cs_/);
  });

  it("brings no person along: not in what Stripe has here, nor in the event, nor in the Order", async () => {
    const { order, marketplace, session, intent } = await source.paidOrder();
    const there = await source.stripe.paymentIntents.retrieve(intent, { expand: ["latest_charge"] });
    expect(JSON.stringify([there, await source.stripe.checkout.sessions.retrieve(session)])).toMatch(PERSONS);

    const { stored } = await reproduce(await source.newestEvent("checkout.session.completed"));
    expect(payloadOf(stored)).toContain(session);
    const here = (await cachedPlatform(space)).stripe;
    const all = [
      payloadOf(stored),
      await findOrder(marketplace, order),
      await here.paymentIntents.retrieve(intent, { expand: ["latest_charge"] }),
      await here.checkout.sessions.retrieve(session),
      await here.checkout.sessions.listLineItems(session),
      await here.accounts.retrieve(source.vendor),
      (await here.events.list({ limit: 100 })).data,
    ];
    expect(JSON.stringify(all)).not.toMatch(PERSONS);
    expect(JSON.stringify(all)).toContain("replaced@example.com");
  });

  it("of a refund finds the Order paid, and its share sent", async () => {
    const { order, intent } = await source.paidOrder();
    const { latest_charge } = await source.stripe.paymentIntents.retrieve(intent);
    await source.stripe.transfers.create({
      amount: 1_215,
      currency: "usd",
      destination: source.vendor,
      source_transaction: String(latest_charge),
      metadata: { order, money: `${order}#1` },
    });
    await source.control("clock", { advance_s: 3 * 24 * 60 * 60 });
    await source.stripe.refunds.create({ payment_intent: intent, amount: 650 });
    const { stored } = await reproduce(await source.newestEvent("refund.created"));
    const would = await dryRun(stored);
    expect(would).toMatchObject({ outcome: "succeeded", order });
    expect(would.steps).toMatchObject([{ kind: "reversal", amount: 417, account: source.vendor }]);
  });

  it("of a connected account comes as that account's", async () => {
    await source.control(`accounts/${source.vendor}/onboarding`, { do: "want_more" });
    const { stored } = await reproduce(
      await source.newestEvent("account.updated", source.vendor),
      source.vendor,
    );
    expect(stored).toMatchObject({ account: source.vendor, type: "account.updated" });
    expect(await processEvent(stored)).toMatchObject({
      outcome: "succeeded",
      detail: expect.stringContaining(source.vendor),
    });
    await source.control(`accounts/${source.vendor}/onboarding`, { do: "complete" });
  });

  it("that nobody handles is refused, since it would not come", async () => {
    await source.stripe.products.create({ name: "Letterpress" });
    await expect(reproduce(await source.newestEvent("product.created"))).rejects.toThrow(
      "Nobody handles product.created",
    );
  });
});

it("says that Stripe does not have an event", async () => {
  const read = stripeReader(source.url, source.key);
  await expect(readEvent(read, "evt_unknown", undefined)).rejects.toThrow(
    "Stripe has no evt_unknown for this key",
  );
  await expect(stripeReader(source.url, "sk_test_wrongwrongwrong")("events/evt_1")).rejects.toThrow(
    "Stripe answered 401",
  );
});
