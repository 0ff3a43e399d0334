import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { afterEach, expect, it, vi } from "vitest";
import { CheckoutRequest } from "../../../lib/checkouts/checkout_request.ts";
import { claimOrderId, releaseOrderId } from "../../../lib/checkouts/idempotency.ts";
import { isUlid } from "../../../lib/ids.ts";
import { aCheckout } from "../../support/checkouts.ts";

afterEach(() => vi.useRealTimers());

const DAY_MS = 24 * 60 * 60_000;
const request = v.parse(CheckoutRequest, aCheckout());

it("mints one Order id for a key, however often and however fast it comes", async () => {
  const marketplace = randomUUID();
  const ids = await Promise.all([1, 2, 3, 4].map(() => claimOrderId(marketplace, "order-1", request)));
  ids.push(await claimOrderId(marketplace, "order-1", request));
  expect(new Set(ids).size).toBe(1);
  expect(ids.every(isUlid)).toBe(true);
});

it("keeps the keys of one Marketplace apart from each other, and from another's", async () => {
  const [one, another] = [randomUUID(), randomUUID()];
  const ids = [
    await claimOrderId(one, "order-1", request),
    await claimOrderId(one, "order-2", request),
    await claimOrderId(another, "order-1", request),
  ];
  expect(new Set(ids).size).toBe(3);
});

it.each([
  ["another amount", aCheckout({ delivery_amount: 501 })],
  ["another currency", aCheckout({ currency: "eur" })],
  ["another way back", aCheckout({ success_url: "https://shop.example/other" })],
  ["its lines in another order", aCheckout({ line_items: aCheckout().line_items.toReversed() })],
])("refuses a key that came before with %s", async (_what, other) => {
  const marketplace = randomUUID();
  await claimOrderId(marketplace, "order-1", request);
  const claiming = claimOrderId(marketplace, "order-1", v.parse(CheckoutRequest, other));
  await expect(claiming).rejects.toMatchObject({ status: 422, code: "idempotency_key_reused" });
});

it("knows a request again that says the same in other words", async () => {
  const marketplace = randomUUID();
  const { delivery_amount: _, ...rest } = aCheckout();
  const reordered = Object.fromEntries(Object.entries(rest).toReversed());
  const [one, another] = [rest, { ...reordered, delivery_amount: 0 }];
  const id = await claimOrderId(marketplace, "order-1", v.parse(CheckoutRequest, one));
  expect(await claimOrderId(marketplace, "order-1", v.parse(CheckoutRequest, another))).toBe(id);
});

it("forgets a key after 24 h, whether or not DynamoDB has deleted it by then", async () => {
  const marketplace = randomUUID();
  const start = Math.floor(Date.now() / 1000) * 1000;
  vi.useFakeTimers({ toFake: ["Date"], now: start });
  const id = await claimOrderId(marketplace, "order-1", request);
  vi.setSystemTime(start + DAY_MS - 1);
  expect(await claimOrderId(marketplace, "order-1", request)).toBe(id);
  vi.setSystemTime(start + DAY_MS);
  const next = await claimOrderId(
    marketplace,
    "order-1",
    v.parse(CheckoutRequest, aCheckout({ currency: "eur" })),
  );
  expect(next).not.toBe(id);
});

it.each(["!", "order-1", randomUUID(), "~".repeat(255)])("takes the key %s", async (key) => {
  expect(isUlid(await claimOrderId(randomUUID(), key, request))).toBe(true);
});

it.each(["", " ", "order 1", " order-1", "order-1\n", "ördre-1", "order\t1", "x".repeat(256)])(
  "refuses the key %j",
  async (key) => {
    await expect(claimOrderId(randomUUID(), key, request)).rejects.toMatchObject({
      status: 400,
      code: "invalid_field",
      message: "Idempotency-Key: must be 1 to 255 visible characters",
    });
  },
);

it("lets go of a key, but not of the claim that came after", async () => {
  const marketplace = randomUUID();
  const refused = await claimOrderId(marketplace, "basket-1", request);
  await releaseOrderId(marketplace, "basket-1", refused);
  const corrected = await claimOrderId(marketplace, "basket-1", request);
  expect(corrected).not.toBe(refused);
  await releaseOrderId(marketplace, "basket-1", refused);
  expect(await claimOrderId(marketplace, "basket-1", request)).toBe(corrected);
});
