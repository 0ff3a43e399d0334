import { chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { eventId, sign } from "../support/events.ts";
import { isOfOrder } from "../support/orders.ts";
import { aShop } from "../support/shop.ts";

const demo = inject("demo");
const [space, other] = demo.spaces;
const [marketplace] = space?.marketplaces ?? [];
if (!space || !other || !marketplace) throw new Error("the demo is not what it should be");
const shop = aShop(demo, space);

type WholeEvent = {
  id: string;
  type: string;
  received_at: string;
  payload: { data: { object: { id: string } } };
};

const PROMISED = "checkout.session.completed";

/** What was received of a Checkout Session, in the order of arrival. */
async function eventsOf(session: string): Promise<WholeEvent[]> {
  const { body } = await shop.call("/stripe_events");
  const events: WholeEvent[] = await Promise.all(
    body.data.map(async ({ id }: { id: string }) => (await shop.call(`/stripe_events/${id}`)).body),
  );
  return events
    .filter(({ payload }) => payload.data.object.id === session)
    .sort((one, other) => one.received_at.localeCompare(other.received_at));
}

describe("a buyer pays, and the Order is paid once, by the endpoints registered at Stripe", () => {
  it("in a browser, at Stripe's checkout page", async () => {
    const { order, session, url } = await shop.checkout(marketplace);
    const browser = await chromium.connect(inject("browserUrl"));
    const page = await browser.newPage();
    await page.goto(url);
    expect(await page.textContent("body")).toContain("$18.90");
    await page.getByRole("button", { name: "Pay", exact: true }).click();
    await page.waitForURL(`${demo.baseUrl}/health#session=${session}`);
    await browser.close();
    await shop.expectOrder(marketplace, order, "paid", { entries: ["placed", "paid"] });
  });

  it("with the log showing what happened", async () => {
    const { order, session, url } = await shop.checkout(marketplace);
    await shop.press(url, "pay");
    await shop.expectOrder(marketplace, order, "paid", { entries: ["placed", "paid"] });
    await expect
      .poll(async () => (await shop.order(marketplace, order)).split)
      .toMatchObject({ status: "done", detail: "The Vendor holds $12.15, as they should." });
    await expect
      .poll(() => eventsOf(session))
      .toMatchObject([
        {
          type: "checkout.session.completed",
          status: "succeeded",
          marketplace: marketplace.marketplace,
          livemode: false,
          runs: [{ outcome: "succeeded", detail: expect.stringMatching(`^Order ${order} is paid now`) }],
        },
      ]);
  });

  it("with a bank debit, step by step", async () => {
    const { order, url } = await shop.checkout(marketplace);
    await shop.press(url, "pay_later");
    await shop.expectOrder(marketplace, order, "awaiting_payment", {
      entries: ["placed", "awaiting_payment"],
    });
    await shop.press(url, "bank_pays");
    await shop.expectOrder(marketplace, order, "paid", { entries: ["placed", "awaiting_payment", "paid"] });
  });

  it("or is not, where the bank refuses, or the time is over", async () => {
    const refused = await shop.checkout(marketplace);
    await shop.press(refused.url, "pay_later");
    await shop.expectOrder(marketplace, refused.order, "awaiting_payment", {
      entries: ["placed", "awaiting_payment"],
    });
    await shop.press(refused.url, "bank_refuses");
    await shop.expectOrder(marketplace, refused.order, "payment_failed", {
      entries: ["placed", "awaiting_payment", "payment_failed"],
    });
    const expired = await shop.checkout(marketplace);
    await shop.stripe("POST", `/v1/checkout/sessions/${expired.session}/expire`);
    await shop.expectOrder(marketplace, expired.order, "expired", { entries: ["placed", "expired"] });
  });

  describe("in bad weather", () => {
    beforeAll(async () => {
      await shop.stripe(
        "POST",
        "/simulator/weather",
        JSON.stringify({ duplicate_deliveries: true, disorder: true }),
      );
    });
    afterAll(async () => {
      await shop.stripe(
        "POST",
        "/simulator/weather",
        JSON.stringify({ duplicate_deliveries: false, disorder: false }),
      );
    });

    it("with each event sent twice", async () => {
      const orders = await Promise.all(Array.from({ length: 5 }, () => shop.checkout(marketplace)));
      await Promise.all(orders.map(({ url }) => shop.press(url, "pay")));
      for (const { order } of orders)
        await shop.expectOrder(marketplace, order, "paid", { entries: ["placed", "paid"] });
    });

    it("with the bank's payment told before the buyer's promise, and after it", async () => {
      const arrivals = new Set<string | undefined>();
      for (let round = 0; round < 8 && arrivals.size < 2; round++) {
        const { order, session, url } = await shop.checkout(marketplace);
        await shop.press(url, "pay_later");
        await shop.press(url, "bank_pays");
        await expect.poll(() => eventsOf(session)).toHaveLength(2);
        const [first] = await eventsOf(session);
        arrivals.add(first?.type);
        const entries =
          first?.type === PROMISED ? ["placed", "awaiting_payment", "paid"] : ["placed", "paid"];
        await expect.poll(() => shop.order(marketplace, order)).toMatchObject({ status: "paid" });
        const { timeline } = await shop.order(marketplace, order);
        // Where the bank had paid by the time we asked, there is no promise to write down.
        expect([["placed", "paid"], entries]).toContainEqual(
          timeline.map(({ entry }: { entry: string }) => entry).filter(isOfOrder),
        );
        // Every other change is held back: with one more, it is the other one's turn, unless a test beside this one adds another.
        const another = await shop.checkout(marketplace);
        await shop.stripe("POST", `/v1/checkout/sessions/${another.session}/expire`);
      }
      expect(arrivals).toEqual(new Set(["checkout.session.async_payment_succeeded", PROMISED]));
    });
  });
});

it("answers Stripe's signed events, and nobody else's", async () => {
  const body = JSON.stringify({
    id: eventId(),
    object: "event",
    type: "customer.created",
    created: 1_795_435_200,
    livemode: false,
    api_version: null,
    data: { object: { id: "cus_1" } },
  });
  const post = (signature: string) =>
    fetch(marketplace.forwardUrl, { method: "POST", headers: { "stripe-signature": signature }, body });
  expect((await post(sign(body, marketplace.webhookSecret))).status).toBe(200);
  expect((await post(sign(body, other.marketplaces[0]?.webhookSecret ?? ""))).status).toBe(400);
});

it("says that it is up", async () => {
  const response = await fetch(`${demo.baseUrl}/health`);
  expect(await response.json()).toEqual({ status: "ok" });
});

it("says of an address that there is nothing, in its own words", async () => {
  const nowhere = `${demo.baseUrl}/no/such/page`;
  const page = await fetch(nowhere, { headers: { accept: "text/html" } });
  expect([page.status, await page.text()]).toEqual([404, expect.stringContaining("Nothing here")]);
  const json = await fetch(nowhere);
  expect([json.status, await json.json()]).toMatchObject([404, { error: { code: "not_found" } }]);
});
