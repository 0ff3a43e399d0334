import type Stripe from "stripe";
import { line, newPlatform, sessionParams } from "../support.ts";

export const DAY_S = 24 * 60 * 60;

export type Platform = Awaited<ReturnType<typeof newPlatform>>;

/** A platform with one Vendor connected. */
export async function newMarket(
  url: string,
  vendor: string | { display_name: string; country: string } = "Vendor",
  place: { country?: string; default_currency?: string } = {},
) {
  const platform = await newPlatform(url, [vendor], place);
  const [id = ""] = platform.connected;
  const asVendor = { stripeAccount: id };
  return {
    ...platform,
    vendor: id,
    asVendor,
    /** What the platform and the Vendor have, available or not, by adding up their ledgers. */
    async held() {
      const sum = async (options: Stripe.RequestOptions) => {
        const { data } = await platform.stripe.balanceTransactions.list({ limit: 100 }, options);
        return data.reduce((total, { net }) => total + net, 0);
      };
      return { vendor: await sum(asVendor), platform: await sum({}) };
    },
    /** Lets what was paid become available. */
    pass: (days = 3) => platform.control("/clock", { advance_s: days * DAY_S }),
    balances: async () => ({
      platform: balanceIn(await platform.stripe.balance.retrieve()),
      vendor: balanceIn(await platform.stripe.balance.retrieve({}, asVendor)),
    }),
  };
}

/** Order B: it was paid, and the Vendor has their share at hand. */
export async function orderB(url: string, share = 1_215) {
  const market = await newMarket(url);
  const { stripe, vendor, pass } = market;
  const paid = await sale(market);
  const transfer = await stripe.transfers.create({
    amount: share,
    currency: "usd",
    destination: vendor,
    source_transaction: paid.charge,
  });
  await pass();
  return {
    ...market,
    ...paid,
    transfer: transfer.id,
    takeBack: (amount: number) => stripe.transfers.createReversal(transfer.id, { amount }),
    refund: (amount?: number) =>
      stripe.refunds.create({ charge: paid.charge, ...(amount !== undefined && { amount }) }),
    dispute: async (wanted: object = {}): Promise<Stripe.Dispute> =>
      (await market.control(`/charges/${paid.charge}/dispute`, wanted)).body,
    bank: (id: string, action: string, amount?: number) =>
      market.control(`/disputes/${id}`, { do: action, ...(amount && { amount }) }),
    types: async () => (await stripe.events.list({ limit: 100 })).data.map(({ type }) => type).toReversed(),
  };
}

/** `[pending, available]` of one currency. */
export function balanceIn({ pending, available }: Stripe.Balance, currency = "usd"): [number, number] {
  const amount = (all: { amount: number; currency: string }[]) =>
    all.find((each) => each.currency === currency)?.amount ?? 0;
  return [amount(pending), amount(available)];
}

/** What a buyer paid. */
export async function sale(
  { stripe, act }: Platform,
  {
    amount = 1_890,
    currency = "usd",
    actions = ["pay"],
    ...overrides
  }: { amount?: number; currency?: string; actions?: string[] } & Stripe.Checkout.SessionCreateParams = {},
) {
  const session = await stripe.checkout.sessions.create(
    sessionParams({ line_items: [line({ unit_amount: amount, currency })], ...overrides }),
  );
  for (const action of actions) await act(session.id, action);
  const { payment_intent } = await stripe.checkout.sessions.retrieve(session.id);
  const intent = await stripe.paymentIntents.retrieve(String(payment_intent));
  return { session: session.id, intent: intent.id, charge: String(intent.latest_charge) };
}
