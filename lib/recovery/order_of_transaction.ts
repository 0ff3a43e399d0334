import type Stripe from "stripe";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { batchGet } from "../dynamodb/batch_get.ts";
import { paymentIntentKey } from "../dynamodb/keys.ts";
import { isUlid } from "../ids.ts";

/** Which Order, of which Marketplace. */
export type Place = { marketplace: string; id: string };

/** A balance transaction whose source Stripe has told along, where it has one. */
export type Listed = Stripe.BalanceTransaction;

type Source = Exclude<Listed["source"], string | null>;

const Row = v.object({ pk: v.string(), marketplace: v.string(), order: v.string() });
const intentOf = ({ source }: Listed): string | undefined => {
  const named = isObject(source) && "payment_intent" in source ? source.payment_intent : null;
  return typeof named === "string" ? named : (named?.id ?? undefined);
};
const isObject = (source: Listed["source"]): source is Source =>
  typeof source === "object" && source !== null;

/**
 * Which Order each of a page of balance transactions is of, by our own record of its payment intent; by what we wrote on it;
 * and of what was moved by hand by the charge it was taken from, or whose group it shares.
 * @param marketplaces the Space's: what names another's is none of its
 */
export async function ordersOfTransactions(
  stripe: Stripe,
  marketplaces: ReadonlySet<string>,
  listed: Listed[],
  turn: () => Promise<void>,
): Promise<Map<string, Place>> {
  const byIntent = await ordersOfIntents(listed.flatMap((each) => intentOf(each) ?? []));
  const places = new Map<string, Place>();
  for (const each of listed) {
    const place =
      byIntent.get(intentOf(each) ?? "") ?? named(each) ?? (await ofMovedByHand(stripe, each, turn));
    if (place && marketplaces.has(place.marketplace)) places.set(each.id, place);
  }
  return places;
}

/** The Order that a source names in its metadata, as whatever is made from here does. */
export function named({ source }: Listed): Place | undefined {
  const metadata = isObject(source) && "metadata" in source ? source.metadata : undefined;
  const { order: id = "", marketplace = "" } = metadata ?? {};
  return isUlid(id) ? { marketplace, id } : undefined;
}

async function ordersOfIntents(intents: string[]): Promise<Map<string, Place>> {
  const keys = [...new Set(intents)].map(paymentIntentKey);
  if (keys.length === 0) return new Map();
  const rows = v.parse(v.array(Row), await batchGet(configuration.ordersTable, keys));
  const byKey = new Map(rows.map(({ pk, marketplace, order: id }) => [pk, { marketplace, id }]));
  return new Map(
    intents.flatMap((intent) => {
      const place = byKey.get(paymentIntentKey(intent).pk);
      return place ? [[intent, place] as const] : [];
    }),
  );
}

async function ofMovedByHand(
  stripe: Stripe,
  each: Listed,
  turn: () => Promise<void>,
): Promise<Place | undefined> {
  const transfer = await transferOf(stripe, each, turn);
  if (!transfer) return undefined;
  const { source_transaction: source, transfer_group, metadata } = transfer;
  const { order: id = "", marketplace = "" } = metadata;
  if (isUlid(id)) return { marketplace, id };
  if (!source && !transfer_group) return undefined;
  await turn();
  const charge = source
    ? await stripe.charges.retrieve(typeof source === "string" ? source : source.id)
    : (await stripe.charges.list({ transfer_group: transfer_group ?? "", limit: 1 })).data[0];
  const intent = charge?.payment_intent;
  const intentId = typeof intent === "string" ? intent : intent?.id;
  return intentId ? (await ordersOfIntents([intentId])).get(intentId) : undefined;
}

/** The transfer that a transaction is of, or is a reversal of. */
export async function transferOf(
  stripe: Stripe,
  { source }: Listed,
  turn: () => Promise<void>,
): Promise<Stripe.Transfer | undefined> {
  if (!isObject(source)) return undefined;
  if (source.object === "transfer") return source;
  if (source.object !== "transfer_reversal") return undefined;
  if (typeof source.transfer !== "string") return source.transfer;
  await turn();
  return await stripe.transfers.retrieve(source.transfer);
}
