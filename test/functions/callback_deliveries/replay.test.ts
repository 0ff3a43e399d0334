import { beforeEach, expect, it } from "vitest";
import { handler as test } from "../../../functions/callback_deliveries/create.ts";
import { handler as replay } from "../../../functions/callback_deliveries/replay.ts";
import { handler as show } from "../../../functions/callbacks/show.ts";
import { addTest } from "../../../lib/callbacks/add_delivery.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import {
  aMinuteLater,
  callBack,
  deliveries,
  marketplaceOwner,
  spaceOwner,
  stream,
} from "../../support/callbacks.ts";
import { placeOf } from "../../support/checkouts.ts";
import { aForm, aVisit } from "../../support/forms.ts";
import { anOrder } from "../../support/orders.ts";
import { ownTables } from "../../support/own_tables.ts";
import { member, type Person } from "../../support/people.ts";
import { aReceiver } from "../../support/receiver.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

await ownTables();

let space: TestSpace;
let dana: Person;
beforeEach(async () => {
  space = await aSpace();
  dana = await member(space);
});

it("sends a test by the function that calls back, signed as all else is", async () => {
  const receiver = await aReceiver();
  const owner = spaceOwner(space);
  const secret = await callBack(owner, receiver.url);
  const { statusCode } = await test(aForm(dana, { space: space.space }, {}));
  expect(statusCode).toBe(303);
  // Not by the page.
  expect(receiver.calls).toEqual([]);
  await stream(owner);
  expect(receiver.verify(secret)).toEqual([
    {
      type: "callback.test",
      timestamp: expect.any(String),
      data: { space: space.space, marketplace: null },
      webhook_id: expect.stringMatching(/^msg_[0-9a-f]{32}$/),
    },
  ]);
  const { body } = await show(aVisit(dana, { space: space.space }));
  expect(body).toContain("callback.test");
  expect(body).toContain("Delivered");
  expect((await readSpace(space.space)).audit[0]).toMatchObject({ what: "tested the callback of A Space" });
});

it("sends a test at once to a receiver that fails, and what waits for it after that", async () => {
  const receiver = await aReceiver();
  const owner = marketplaceOwner(space);
  const secret = await callBack(owner, receiver.url);
  await anOrder(space);
  receiver.answers = 500;
  await stream(owner);
  await anOrder(space);
  receiver.answers = 200;
  await test(aForm(dana, placeOf(space), {}));
  await stream(owner);
  expect(receiver.told(secret)).toEqual(["order.placed open", "callback.test"]);
  await stream(owner);
  expect(receiver.told(secret)).toEqual(["order.placed open", "callback.test", "order.placed open"]);
});

it("sends again what was delivered, by the same id, as a delivery of its own", async () => {
  const receiver = await aReceiver();
  const owner = marketplaceOwner(space);
  const secret = await callBack(owner, receiver.url);
  await anOrder(space);
  await stream(owner);
  const [{ id } = { id: "" }] = await deliveries(owner);
  await replay(aForm(dana, { ...placeOf(space), delivery: id }, {}));
  await stream(owner);
  const [first, again] = receiver.verify(secret);
  expect(again).toEqual(first);
  expect((await deliveries(owner)).map(({ status }) => status)).toEqual(["delivered", "delivered"]);
});

it("takes the place of what is still tried", async () => {
  const receiver = await aReceiver();
  const owner = marketplaceOwner(space);
  await callBack(owner, receiver.url);
  await anOrder(space);
  receiver.answers = 500;
  await stream(owner);
  const [{ id } = { id: "" }] = await deliveries(owner);
  receiver.answers = 200;
  await replay(aForm(dana, { ...placeOf(space), delivery: id }, {}));
  await aMinuteLater(owner);
  expect((await deliveries(owner)).map(({ status }) => status)).toEqual(["replayed", "delivered"]);
  expect(receiver.calls).toHaveLength(2);
});

it("knows no other callback's deliveries, and none where there is no callback", async () => {
  const other = await aSpace();
  await callBack(spaceOwner(other), "https://shop.example/");
  await callBack(spaceOwner(space), "https://shop.example/");
  const { delivery } = await addTest(spaceOwner(other), "a test");
  for (const [path, id] of [
    [{ space: space.space }, delivery.id],
    [{ space: space.space }, "nonsense"],
    [placeOf(space), delivery.id],
  ] as const)
    expect((await replay(aForm(dana, { ...path, delivery: id }, {}))).statusCode).toBe(404);
  expect((await test(aForm(dana, placeOf(space), {}))).statusCode).toBe(404);
});

it("replays nothing to a callback that is switched off, and says what to do", async () => {
  const receiver = await aReceiver();
  const owner = marketplaceOwner(space);
  await callBack(owner, receiver.url);
  await anOrder(space);
  receiver.answers = 410;
  await stream(owner);
  const [{ id } = { id: "" }] = await deliveries(owner);
  const { statusCode, body } = await replay(aForm(dana, { ...placeOf(space), delivery: id }, {}));
  expect(statusCode).toBe(409);
  expect(body).toContain("Save its URL again");
  expect(body).toContain("Switched off");
});
