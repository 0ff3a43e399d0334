import { expect, it } from "vitest";
import { simulatorForTests } from "../support.ts";
import { balanceIn, newMarket, orderB, sale } from "./sale.ts";

/** What can happen to order B (paid 18.90, fee 0.85, the Vendor's share 12.15), and what the Vendor and the platform have in
 *  the end, if the platform does its part: the simulator must be able to play each to the cent. */

const url = await simulatorForTests();

type Order = Awaited<ReturnType<typeof orderB>>;

const send = ({ stripe, vendor, charge }: Order, amount: number, source = true) =>
  stripe.transfers.create({
    amount,
    currency: "usd",
    destination: vendor,
    ...(source && { source_transaction: charge }),
  });

const topUp = (order: Order, account: string, available: number) =>
  order.control(`/accounts/${account}/balance`, { available, currency: "usd" });

const SITUATIONS: Record<
  string,
  [play: (order: Order) => Promise<unknown>, vendor: number, platform: number]
> = {
  "a sale": [async () => {}, 1_215, 590],
  "a refund": [
    async (order) => {
      await order.refund(650);
      await order.takeBack(417);
    },
    798,
    357,
  ],
  "two refunds, taken back one after the other": [
    async (order) => {
      await order.refund(650);
      await order.takeBack(417);
      await order.refund(650);
      await order.takeBack(418);
    },
    380,
    125,
  ],
  "a full refund": [
    async (order) => {
      await order.refund();
      await order.takeBack(1_215);
    },
    0,
    -85,
  ],
  "a refund of the delivery": [(order) => order.refund(500), 1_215, 90],
  "a refund of the product": [
    async (order) => {
      await order.refund(650);
      await order.takeBack(607);
    },
    608,
    547,
  ],
  "a refund that fails": [
    async (order) => {
      const { id } = await order.refund(650);
      await order.takeBack(417);
      await order.control(`/refunds/${id}`, { do: "fail" });
      await send(order, 417);
    },
    1_215,
    590,
  ],
  "a dispute": [
    async (order) => {
      await order.dispute();
      await order.takeBack(1_215);
    },
    0,
    -1_585,
  ],
  "a dispute that is won: the source is used up, and the platform has too little": [
    async (order) => {
      const { id } = await order.dispute();
      await order.takeBack(1_215);
      await order.bank(id, "win");
      await expect(send(order, 1_215)).rejects.toMatchObject({ statusCode: 400 });
      await expect(send(order, 1_215, false)).rejects.toMatchObject({ code: "balance_insufficient" });
      await topUp(order, order.id, 1_215);
      await send(order, 1_215, false);
      await topUp(order, order.id, -910); // as it would be without the top-up
    },
    1_215,
    -910,
  ],
  "a lost dispute of which 6.50 come back": [
    async (order) => {
      const { id } = await order.dispute();
      await order.takeBack(1_215);
      await order.bank(id, "lose");
      await order.bank(id, "return", 650);
      await send(order, 418);
    },
    418,
    -1_353,
  ],
  "an inquiry that is closed": [
    async (order) => {
      const { id } = await order.dispute({ inquiry: true });
      await order.bank(id, "close");
    },
    1_215,
    590,
  ],
  "a refund, then a dispute of the rest": [
    async (order) => {
      await order.refund(650);
      await order.takeBack(417);
      await order.dispute();
      await order.takeBack(798);
    },
    0,
    -1_585,
  ],
  "a refund, then a dispute of the whole": [
    async (order) => {
      await order.refund(650);
      await order.takeBack(417);
      await order.dispute({ amount: 1_890 });
      await order.takeBack(798);
    },
    0,
    -2_235,
  ],
  "a bank that fails late": [
    async (order) => {
      await order.control(`/charges/${order.charge}`, { do: "fail_late" });
      await order.takeBack(1_215);
    },
    0,
    -85,
  ],
  "a transfer by hand": [(order) => send(order, 85), 1_300, 505],
  "a reversal by hand": [(order) => order.takeBack(300), 915, 890],
};

it.each(Object.entries(SITUATIONS))("%s", async (_what, [play, vendor, platform]) => {
  const order = await orderB(url);
  await play(order);
  expect(await order.held()).toEqual({ vendor, platform });
});

it("a full refund of a Vendor who is gone", async () => {
  const { control, vendor, refund, takeBack, stripe } = await orderB(url);
  await control(`/accounts/${vendor}/deauthorize`, {});
  await refund();
  await expect(takeBack(1_215)).rejects.toMatchObject({ code: "account_invalid" });
  expect(balanceIn(await stripe.balance.retrieve())).toEqual([0, -1_300]);
});

it.each([
  ["eur", { settlement: { currency: "usd", rate: 1.0947, fee: 127 } }, 1_890, [2_069, 127], 1_296],
  ["kwd", { settlement: { currency: "usd", rate: 0.325_03, fee: 269 } }, 18_900, [6_143, 269], 3_956],
] as const)("a sale in %s settles in dollars", async (currency, weather, paid, [amount, fee], share) => {
  const market = await newMarket(url);
  await market.setFaults(weather);
  const { charge } = await sale(market, { currency, amount: paid });
  expect(await market.stripe.charges.retrieve(charge, { expand: ["balance_transaction"] })).toMatchObject({
    amount: paid,
    currency,
    balance_transaction: { amount, fee, currency: "usd" },
  });
  await market.stripe.transfers.create({
    amount: share,
    currency: "usd",
    destination: market.vendor,
    source_transaction: charge,
  });
  expect(await market.held()).toEqual({ vendor: share, platform: amount - fee - share });
});

it("a sale in yen counts whole yen", async () => {
  const market = await newMarket(url, "Vendor", { country: "US", default_currency: "jpy" });
  const { charge } = await sale(market, { currency: "jpy" });
  const transfer = await market.stripe.transfers.create({
    amount: 1_232,
    currency: "jpy",
    destination: market.vendor,
    source_transaction: charge,
  });
  await market.pass();
  await market.stripe.refunds.create({ charge, amount: 650 });
  await market.stripe.transfers.createReversal(transfer.id, { amount: 423 });
  expect(await market.held()).toEqual({ vendor: 809, platform: 363 });
});
