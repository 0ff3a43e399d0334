import { isEmail } from "../ids.ts";

/** What a pasted text names: one of our ids, a buyer's address, or one of Stripe's ids, with what comes before its first `_`. */
export type PastedId =
  | { kind: "order" | "marketplace" | "buyer"; id: string }
  | { kind: StripeKind; id: string };

/** What Stripe's ids begin with that lead to something here. `py_` and `pyr_` are charges and refunds of banks; `dp_` is a dispute. */
export const STRIPE_KINDS = [
  "acct",
  "evt",
  "cs",
  "pi",
  "ch",
  "py",
  "re",
  "pyr",
  "du",
  "dp",
  "tr",
  "trr",
  "txn",
] as const;
export type StripeKind = (typeof STRIPE_KINDS)[number];

const OF_STRIPE = new RegExp(
  `(?<![A-Za-z0-9_])(${STRIPE_KINDS.join("|")})_(?:(?:test|live)_)?[A-Za-z0-9]+`,
  "g",
);
const ULID = /(?<![A-Za-z0-9])[0-7][0-9A-HJKMNP-TV-Z]{25}(?![A-Za-z0-9])/;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/**
 * The id in a text, which may be an address of Stripe's dashboard or of ours. Where there are more, it is the one that says
 * most: an address of an object may name its account before, and that of an Order its Marketplace. A buyer's address stands alone.
 */
export function pastedId(text: string): PastedId | undefined {
  const address = text.trim();
  if (isEmail(address)) return { kind: "buyer", id: address };
  const ofStripe = [...text.matchAll(OF_STRIPE)].map(([id, prefix]) => ({
    kind: STRIPE_KINDS.find((kind) => kind === prefix) ?? "acct",
    id,
  }));
  const [order] = ULID.exec(text) ?? [];
  const [marketplace] = UUID.exec(text.toLowerCase()) ?? [];
  return (
    ofStripe.findLast(({ kind }) => kind !== "acct") ??
    (order ? { kind: "order", id: order } : undefined) ??
    (marketplace ? { kind: "marketplace", id: marketplace } : undefined) ??
    ofStripe.at(-1)
  );
}
