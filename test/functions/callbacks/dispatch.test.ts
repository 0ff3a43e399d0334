import { beforeAll, describe, expect, it } from "vitest";
import { handler as dispatch } from "../../../functions/callbacks/dispatch.ts";
import { handler as showOrder } from "../../../functions/orders/show.ts";
import { changeCallback } from "../../../lib/callbacks/change_callback.ts";
import {
  callBack,
  deliveries,
  deliveryRecord,
  marketplaceOwner,
  spaceOwner,
  stream,
} from "../../support/callbacks.ts";
import { placeOf } from "../../support/checkouts.ts";
import { orderB } from "../../support/order_b.ts";
import { anOrder, atStripe } from "../../support/orders.ts";
import { ownTables } from "../../support/own_tables.ts";
import { aReceiver } from "../../support/receiver.ts";
import { aContext, answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

await ownTables();

it("tells a Marketplace's callback, and the Space's, what becomes of an Order, each fact once", async () => {
  const space = await aSpace();
  const [shop, distributor] = [await aReceiver(), await aReceiver()];
  const [ofShop, ofSpace] = [marketplaceOwner(space), spaceOwner(space)];
  const [shopSecret, spaceSecret] = [
    await callBack(ofShop, shop.url),
    await callBack(ofSpace, distributor.url),
  ];
  const order = await orderB({}, space);
  await stream(ofShop, ofSpace);
  await order.pay();
  await order.settle();
  await stream(ofShop, ofSpace);
  await order.pass();
  await order.refund(650);
  await order.settle();
  await stream(ofShop, ofSpace);
  await order.dispute({ amount: 500 });
  await order.settle();
  await stream(ofShop, ofSpace);
  const told = shop.told(shopSecret);
  expect(told[0]).toBe("order.placed open");
  expect(new Set(told)).toEqual(
    new Set([
      "order.placed open",
      "order.paid paid",
      "order.split paid",
      "order.refunded paid",
      "order.disputed paid",
    ]),
  );
  expect(distributor.told(spaceSecret)).toHaveLength(told.length);
  // By which the same fact is known to each of them.
  const ids = [...shop.calls, ...distributor.calls].map(({ headers }) => headers["webhook-id"]);
  expect(new Set(ids).size).toBe(2 * told.length);
  for (const { status, tries } of [...(await deliveries(ofShop)), ...(await deliveries(ofSpace))])
    expect({ status, tries }).toEqual({
      status: "delivered",
      tries: [expect.objectContaining({ status: 204 })],
    });
});

it("tells of a payment that did not come", async () => {
  const space = await aSpace();
  const receiver = await aReceiver();
  const owner = marketplaceOwner(space);
  const secret = await callBack(owner, receiver.url);
  const order = await orderB({}, space);
  await atStripe(space, "pay_later", order.order.checkout_session);
  await order.tell();
  await atStripe(space, "bank_refuses", order.order.checkout_session);
  await order.tell();
  await stream(owner);
  // The Order as it is by now, and in no order.
  expect(receiver.told(secret).toSorted()).toEqual([
    "order.payment_failed payment_failed",
    "order.placed payment_failed",
  ]);
});

it("shows the Order as its JSON does, and by its version which of two is the newer", async () => {
  const space = await aSpace();
  const receiver = await aReceiver();
  const owner = marketplaceOwner(space);
  const secret = await callBack(owner, receiver.url);
  const order = await orderB({}, space);
  await stream(owner);
  await order.pay();
  await order.settle();
  await stream(owner);
  const path = { ...placeOf(space), order: order.order.id };
  const { body } = answerOf(await showOrder(aRequest({ path, headers: bearer(space.sellKey) })));
  const versions = receiver.verify(secret).map(({ data }) => data.version ?? 0);
  expect(receiver.verify(secret).at(-1)?.data).toEqual(body);
  const [placed = 0, ...later] = versions;
  expect(placed).toBe(0);
  for (const version of later) expect(version).toBeGreaterThan(placed);
});

it("writes nothing where nobody is called back", async () => {
  const space = await aSpace();
  await anOrder(space);
  expect(await deliveries(marketplaceOwner(space))).toEqual([]);
  expect(await deliveries(spaceOwner(space))).toEqual([]);
});

it("tells another Space's, and another Marketplace's callback nothing", async () => {
  const [space, other] = [await aSpace(), await aSpace()];
  const receiver = await aReceiver();
  const strangers = [
    spaceOwner(other),
    marketplaceOwner(other),
    { ...marketplaceOwner(space), ...space.second },
  ];
  for (const owner of strangers) await callBack(owner, receiver.url);
  await anOrder(space);
  await stream(...strangers);
  expect(receiver.calls).toEqual([]);
});

describe("a record", () => {
  let space: TestSpace;
  beforeAll(async () => {
    space = await aSpace();
  });

  it("that the stream brings twice, and at once, is sent once", async () => {
    const receiver = await aReceiver();
    const owner = marketplaceOwner(space);
    await callBack(owner, receiver.url);
    await anOrder(space);
    const [{ id } = { id: "" }] = await deliveries(owner);
    const Records = [await deliveryRecord(owner, id), await deliveryRecord(owner, id)];
    await Promise.all([dispatch({ Records }, aContext()), dispatch({ Records }, aContext())]);
    expect(receiver.calls).toHaveLength(1);
  });

  it("of a callback that is gone meanwhile is given up", async () => {
    const receiver = await aReceiver();
    const owner = marketplaceOwner(space);
    await callBack(owner, receiver.url);
    await anOrder(space);
    await changeCallback(owner, { remove: true }, "a test");
    await stream(owner);
    expect(receiver.calls).toEqual([]);
    expect((await deliveries(owner)).at(-1)).toMatchObject({ status: "dead", tries: [] });
  });
});
