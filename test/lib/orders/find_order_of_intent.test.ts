import { randomBytes } from "node:crypto";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { expect, it } from "vitest";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { findOrderOfIntent } from "../../../lib/orders/find_order_of_intent.ts";
import { paymentIntentPut } from "../../../lib/orders/payment_intent_put.ts";
import { placeOrder } from "../../../lib/orders/place_order.ts";
import { anOrderRow } from "../../support/order_rows.ts";

const anIntent = (): string => `pi_${randomBytes(8).toString("hex")}`;

/** An Order that a payment intent pays, by our own record of it. */
async function aPaidOrder(payment_intent: string, recorded = payment_intent) {
  const order = await placeOrder(anOrderRow({ payment_intent }));
  await dynamodb.send(new PutCommand(paymentIntentPut(recorded, order).Put));
  return order;
}

it("finds the Order that an intent pays", async () => {
  const intent = anIntent();
  const order = await aPaidOrder(intent);
  expect(await findOrderOfIntent(intent, order.space)).toEqual(order);
});

it("finds none for another Space, whose platform account must not move our money", async () => {
  const intent = anIntent();
  await aPaidOrder(intent);
  expect(await findOrderOfIntent(intent, "another-space")).toBeUndefined();
});

it("finds none that another intent pays by now, nor one that was never recorded", async () => {
  const other = anIntent();
  const order = await aPaidOrder(anIntent(), other);
  expect(await findOrderOfIntent(other, order.space)).toBeUndefined();
  expect(await findOrderOfIntent(anIntent(), order.space)).toBeUndefined();
});
