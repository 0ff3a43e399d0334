import Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { waitFor } from "../../../support/wait.ts";
import { newPlatform, newReceiver, PAID, sessionParams, simulatorForTests } from "../support.ts";

const url = await simulatorForTests();

async function sell({ stripe, act }: Awaited<ReturnType<typeof newPlatform>>, action = "pay") {
  const session = await stripe.checkout.sessions.create(sessionParams());
  await act(session.id, action);
  return session;
}

describe("an event", () => {
  it("comes signed, in order, to the endpoints that want it", async () => {
    const platform = await newPlatform(url);
    const [all, some] = [await newReceiver(), await newReceiver()];
    const { secret = "" } = await platform.stripe.webhookEndpoints.create({
      url: all.url,
      enabled_events: ["*"],
    });
    await platform.stripe.webhookEndpoints.create({
      url: some.url,
      enabled_events: ["charge.succeeded", "charge.failed"],
    });
    await sell(platform);
    await waitFor(() => expect(all.types()).toEqual(PAID));
    await waitFor(() => expect(some.types()).toEqual(["charge.succeeded"]));
    for (const { body, headers } of all.received) {
      expect(headers).toMatchObject({
        "content-type": "application/json; charset=utf-8",
        "user-agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
      });
      const event = Stripe.webhooks.constructEvent(body, String(headers["stripe-signature"]), secret);
      expect(await platform.stripe.events.retrieve(event.id)).toMatchObject({
        type: event.type,
        data: event.data,
      });
    }
  });

  it("is tried again with a new signature until it is taken, and pending until then", async () => {
    const platform = await newPlatform(url);
    let down = true;
    const receiver = await newReceiver(() => (down ? 500 : 200));
    await platform.stripe.webhookEndpoints.create({
      url: receiver.url,
      enabled_events: ["checkout.session.expired"],
    });
    await sell(platform, "expire");
    const pending = async () => (await platform.stripe.events.list()).data[0]?.pending_webhooks;
    await waitFor(() => expect(receiver.received).toHaveLength(1));
    expect(await pending()).toBe(1);
    down = false;
    await waitFor(() => expect(receiver.received).toHaveLength(2));
    await waitFor(async () => expect(await pending()).toBe(0));
    const [first, second] = receiver.received;
    expect(second?.body).toBe(first?.body);
    expect(second?.headers["stripe-signature"]).not.toBe(first?.headers["stripe-signature"]);
  });

  it("is not taken by a redirect", async () => {
    const platform = await newPlatform(url);
    const receiver = await newReceiver((_event, nth) => (nth === 1 ? 302 : 200));
    await platform.stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ["*"] });
    await sell(platform, "expire");
    await waitFor(() => expect(receiver.received).toHaveLength(2));
  });

  it("does not wait for another endpoint that is silent", async () => {
    const platform = await newPlatform(url);
    const [silent, well] = [await newReceiver(() => "hang"), await newReceiver()];
    for (const receiver of [silent, well])
      await platform.stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ["*"] });
    for (let sale = 0; sale < 10; sale += 1) await sell(platform, "expire");
    await waitFor(() => expect(well.received).toHaveLength(10));
    expect(silent.received.length).toBeGreaterThan(0);
  });

  it("goes to a changed endpoint's new address, and nowhere once it is disabled or deleted", async () => {
    const platform = await newPlatform(url);
    const [old, current] = [await newReceiver(), await newReceiver()];
    const { webhookEndpoints } = platform.stripe;
    const { id } = await webhookEndpoints.create({ url: old.url, enabled_events: ["*"] });
    await webhookEndpoints.update(id, { url: current.url, enabled_events: ["checkout.session.expired"] });
    await sell(platform);
    await sell(platform, "expire");
    await waitFor(() => expect(current.types()).toEqual(["checkout.session.expired"]));
    await webhookEndpoints.update(id, { disabled: true });
    await sell(platform, "expire");
    expect((await platform.stripe.events.list()).data[0]?.pending_webhooks).toBe(0);
    await webhookEndpoints.update(id, { disabled: false });
    await sell(platform, "expire");
    await waitFor(() => expect(current.received).toHaveLength(2));
    await webhookEndpoints.del(id);
    await sell(platform, "expire");
    expect((await platform.stripe.events.list()).data[0]?.pending_webhooks).toBe(0);
    expect(old.received).toEqual([]);
  });

  it("is no longer pending for an endpoint that is deleted meanwhile", async () => {
    const platform = await newPlatform(url);
    const receiver = await newReceiver(() => 500);
    const { id } = await platform.stripe.webhookEndpoints.create({
      url: receiver.url,
      enabled_events: ["*"],
    });
    await sell(platform, "expire");
    await waitFor(() => expect(receiver.received).toHaveLength(1));
    await platform.stripe.webhookEndpoints.del(id);
    expect((await platform.stripe.events.list()).data[0]?.pending_webhooks).toBe(0);
  });

  it("of a connected account comes to the platform's Connect endpoints with its account", async () => {
    const platform = await newPlatform(url, ["Vendor"]);
    const [stripeAccount = ""] = platform.connected;
    const [own, connect] = [await newReceiver(), await newReceiver()];
    await platform.stripe.webhookEndpoints.create({ url: own.url, enabled_events: ["*"] });
    await platform.stripe.webhookEndpoints.create({ url: connect.url, enabled_events: ["*"], connect: true });
    const theirs = await platform.stripe.checkout.sessions.create(sessionParams(), { stripeAccount });
    await platform.stripe.checkout.sessions.expire(theirs.id, {}, { stripeAccount });
    const ours = await sell(platform, "expire");
    await waitFor(() => expect([own.received.length, connect.received.length]).toEqual([1, 1]));
    expect(own.received[0]?.event).toMatchObject({ data: { object: { id: ours.id } } });
    expect(own.received[0]?.event).not.toHaveProperty("account");
    expect(connect.received[0]?.event).toMatchObject({
      account: stripeAccount,
      data: { object: { id: theirs.id } },
    });
  });

  it("of test mode comes to live Connect endpoints, but to no other live endpoint", async () => {
    const platform = await newPlatform(url, ["Vendor"]);
    const [stripeAccount = ""] = platform.connected;
    const [live, liveConnect] = [await newReceiver(), await newReceiver()];
    await platform.live.webhookEndpoints.create({ url: live.url, enabled_events: ["*"] });
    await platform.live.webhookEndpoints.create({
      url: liveConnect.url,
      enabled_events: ["*"],
      connect: true,
    });
    await sell(platform, "expire");
    const theirs = await platform.stripe.checkout.sessions.create(sessionParams(), { stripeAccount });
    await platform.stripe.checkout.sessions.expire(theirs.id, {}, { stripeAccount });
    await waitFor(() => expect(liveConnect.received).toHaveLength(1));
    expect(liveConnect.received[0]?.event).toMatchObject({ livemode: false, account: stripeAccount });
    expect(live.received).toEqual([]);
  });

  it("can be sent again", async () => {
    const platform = await newPlatform(url);
    const receiver = await newReceiver();
    await sell(platform, "expire");
    await platform.stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ["*"] });
    const [event] = (await platform.stripe.events.list()).data;
    await platform.control(`/events/${event?.id}/send`, {});
    await waitFor(() => expect(receiver.received).toMatchObject([{ event: { id: event?.id } }]));
  });
});
