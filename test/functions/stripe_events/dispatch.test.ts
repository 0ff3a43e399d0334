import { beforeAll, describe, expect, it, vi } from "vitest";
import { handler } from "../../../functions/stripe_events/dispatch.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { anOrder, atStripe, orderNow } from "../../support/orders.ts";
import { insertRecord } from "../../support/records.ts";
import { aContext } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { makeDue, storedEvent } from "../../support/stored_events.ts";
import { throttle } from "../../support/throttling.ts";

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
});

async function received(facts: Parameters<typeof anEvent>[0] = {}) {
  const { id, body } = anEvent(facts);
  await deliver(space, body);
  return { id, record: await insertRecord(space, id) };
}

const checkoutCompleted = (session: string) => ({
  type: "checkout.session.completed",
  object: { id: session, object: "checkout.session" },
});

describe("the stream", () => {
  it("brings a batch to its handlers, each event to its own end", async () => {
    const order = await anOrder(space);
    await atStripe(space, "pay", order.checkout_session);
    const paid = await received(checkoutCompleted(order.checkout_session));
    const unhandled = await received({ type: "customer.created" });
    const foreign = await received(checkoutCompleted("cs_test_of_another_platform"));
    const Records = [paid.record, unhandled.record, foreign.record];
    expect(await handler({ Records }, aContext())).toEqual({ batchItemFailures: [] });
    expect(await orderNow(order)).toMatchObject({ status: "paid" });
    expect(await storedEvent(space, paid.id)).toMatchObject({
      status: "succeeded",
      marketplace: order.marketplace,
    });
    expect(await storedEvent(space, unhandled.id)).toMatchObject({ status: "ignored" });
    expect(await storedEvent(space, foreign.id)).toMatchObject({ runs: [{ outcome: "retrying" }] });
  });

  it("comes again after it was handled, and changes nothing", async () => {
    const { id, record } = await received();
    await handler({ Records: [record] }, aContext());
    const before = await storedEvent(space, id);
    expect(await handler({ Records: [record, record] }, aContext())).toEqual({ batchItemFailures: [] });
    expect(await storedEvent(space, id)).toEqual(before);
  });

  it("leaves a record that comes after its lease to retry", async () => {
    const { id } = await received();
    await makeDue(space, id);
    expect(await handler({ Records: [await insertRecord(space, id)] }, aContext())).toEqual({
      batchItemFailures: [],
    });
    expect(await storedEvent(space, id)).toMatchObject({ status: "received" });
  });

  it("leaves to retry what could still run when its lease is over", async () => {
    const { id, record } = await received();
    expect(await handler({ Records: [record] }, aContext(91_000))).toEqual({ batchItemFailures: [] });
    expect(await storedEvent(space, id)).toMatchObject({ status: "received" });
    await handler({ Records: [record] }, aContext());
    expect(await storedEvent(space, id)).toMatchObject({ status: "ignored" });
  });

  it("is not held up by an item that cannot be read, nor by changes that are no inserts", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const { id, record } = await received();
    const broken = { ...record, dynamodb: { ...record.dynamodb, NewImage: { pk: { S: "broken" } } } };
    const modified = { ...record, eventName: "MODIFY" as const };
    expect(await handler({ Records: [broken, modified] }, aContext())).toEqual({ batchItemFailures: [] });
    expect(await storedEvent(space, id)).toMatchObject({ status: "received" });
    expect(log.mock.calls.flat().join()).toContain("cannot be read");
    log.mockRestore();
  });

  it("is not held up by an event whose Orders' partition throttles: that one is tried again later", async () => {
    const order = await anOrder(space);
    await atStripe(space, "pay", order.checkout_session);
    const stuck = await received(checkoutCompleted(order.checkout_session));
    const other = await received();
    using _throttled = throttle(order.marketplace);
    expect(await handler({ Records: [stuck.record, other.record] }, aContext())).toEqual({
      batchItemFailures: [],
    });
    expect(await storedEvent(space, stuck.id)).toMatchObject({ status: "retrying" });
    expect(await storedEvent(space, other.id)).toMatchObject({ status: "ignored" });
  });

  it("gets back only the records whose end the table did not take", async () => {
    const { record } = await received();
    vi.spyOn(console, "error").mockImplementation(() => {});
    vi.resetModules();
    vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1");
    const cutOff = await import("../../../functions/stripe_events/dispatch.ts");
    expect(
      await cutOff.handler({ Records: [{ ...record, eventName: "REMOVE" }, record] }, aContext()),
    ).toEqual({
      batchItemFailures: [{ itemIdentifier: record.dynamodb?.SequenceNumber }],
    });
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });
});
