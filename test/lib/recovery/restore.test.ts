/**
 * The drill of the RUNBOOK ("Restoring a table"): the table of Orders comes back as it was before the last Orders were placed,
 * and recovery brings it to what Stripe says.
 */
import { expect, it } from "vitest";
import { handler as settleDue } from "../../../functions/orders/settle_due.ts";
import { after, now } from "../../../lib/clock.ts";
import { getOrder } from "../../../lib/orders/get_order.ts";
import { presentOrder } from "../../../lib/orders/present_order.ts";
import { recoverSpace } from "../../../lib/recovery/recover_space.ts";
import { backUp, factRows, loseOrder } from "../../support/money_rows.ts";
import { type OrderB, orderB } from "../../support/order_b.ts";
import { ownTables } from "../../support/own_tables.ts";
import { PATIENCE_MS } from "../../support/patience.ts";
import { aContext } from "../../support/requests.ts";
import { aSpace } from "../../support/spaces.ts";

await ownTables();

/** What an Order comes to: not when it was looked at, nor what was asked for on the way, which only the lost rows knew. */
async function standingOf({ order }: OrderB) {
  const {
    timeline: _timeline,
    version: _version,
    movements: _movements,
    proof,
    split,
    ...facts
  } = await presentOrder(await getOrder(order.marketplace, order.id));
  const ledger = await factRows(order);
  return {
    ...facts,
    proof: proof?.state,
    split: [split.status, split.reason],
    ledger: ledger.map(({ sk }) => sk),
  };
}

it("brings a table from before the last Orders to what Stripe says, and sends nothing twice", async () => {
  const space = await aSpace();
  const aSale = async (): Promise<OrderB> => {
    const order = await orderB({}, space);
    await order.pay();
    await order.pass();
    return order;
  };
  // In the older table it stands open; what came since then is lost.
  const older = await orderB({}, space);
  const restoreOlder = await backUp(older.order);
  await older.pay();
  await older.pass();
  const [plain, refunded, disputed, byHand] = [await aSale(), await aSale(), await aSale(), await aSale()];
  await refunded.refund(650);
  await refunded.settle();
  await disputed.dispute({ amount: 300 });
  await disputed.settle();
  await byHand.sendByHand(85);
  await byHand.settle();
  const orders = [older, plain, refunded, disputed, byHand];
  const before = await Promise.all(orders.map(standingOf));
  const netBefore = await Promise.all(orders.map((order) => order.net()));

  await loseOrder(older.order);
  await restoreOlder();
  for (const { order } of [plain, refunded, disputed, byHand]) await loseOrder(order);
  const recovery = await recoverSpace(space.space, after(now(), PATIENCE_MS));

  expect(recovery?.found?.sessions).toMatchObject({
    restored: 4,
    brought_on: 5,
    paid_without_order: [],
    without_session: [],
  });
  const settled = async () => {
    await settleDue({}, aContext());
    return await Promise.all(orders.map(standingOf));
  };
  await expect.poll(settled).toEqual(before);
  expect(await Promise.all(orders.map((order) => order.net()))).toEqual(netBefore);
});
