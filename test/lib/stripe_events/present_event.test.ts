import { randomBytes } from "node:crypto";
import { beforeAll, expect, it, vi } from "vitest";
import { getEvent } from "../../../lib/stripe_events/get_event.ts";
import { presentEvent, presentEventWhole } from "../../../lib/stripe_events/present_event.ts";
import { processEvent } from "../../../lib/stripe_events/process_event.ts";
import { retryDue } from "../../../lib/stripe_events/retry_due.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { contextOf } from "../../support/handled_event.ts";
import { anOrder } from "../../support/orders.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { makeDue } from "../../support/stored_events.ts";

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
});

const ISO = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

it("shows an event as the log has it", async () => {
  const { id, body } = anEvent({ type: "charge.updated", account: "acct_1", created: 1_795_435_200 });
  await deliver(space, body);
  const event = await getEvent(space.space, id);
  expect(presentEvent(event)).toEqual({
    id,
    type: "charge.updated",
    status: "received",
    marketplace: null,
    order: null,
    account: "acct_1",
    livemode: false,
    created: "2026-11-23T12:00:00.000Z",
    received_at: ISO,
    recovered: false,
    due_at: ISO,
    attempts: 1,
    cause: null,
  });
});

it("shows an event whole, and how each run went: running, ended, or lost with its process", async () => {
  const { id, body } = anEvent();
  await deliver(space, body);
  const whole = async () => presentEventWhole(await getEvent(space.space, id));
  expect(await whole()).toMatchObject({
    payload: JSON.parse(body),
    runs: [{ at: ISO, ms: null, outcome: "running" }],
  });
  await makeDue(space, id);
  await retryDue(new Date(Date.now() + PATIENCE_MS));
  expect(await whole()).toMatchObject({
    status: "ignored",
    due_at: null,
    attempts: 2,
    runs: [
      { at: ISO, ms: null, outcome: "lost" },
      { at: ISO, ms: expect.any(Number), outcome: "ignored", detail: "no handler for customer.created" },
    ],
  });
});

it("fetches a payload that was too large to keep, and shows null where Stripe has it no more", async () => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  const order = await anOrder(space);
  const { stripe } = await contextOf(space);
  await stripe.checkout.sessions.expire(order.checkout_session);
  const { data } = await stripe.events.list({ type: "checkout.session.expired" });
  const known = data.find((event) => event.type === "checkout.session.expired");
  const text = randomBytes(450_000).toString("hex");
  for (const id of [known?.id ?? "", "evt_unknown"]) {
    await deliver(
      space,
      anEvent({ id, type: "checkout.session.expired", object: { id: order.checkout_session, text } }).body,
    );
    await processEvent(await getEvent(space.space, id));
  }
  expect(await presentEventWhole(await getEvent(space.space, known?.id ?? ""))).toMatchObject({
    status: "succeeded",
    payload: { id: known?.id, type: "checkout.session.expired" },
  });
  expect(await presentEventWhole(await getEvent(space.space, "evt_unknown"))).toMatchObject({
    payload: null,
    payload_note: "It was too large to keep, and Stripe does not have it any more.",
  });
  vi.restoreAllMocks();
});
