import { isUlid, isUuid } from "../ids.ts";

/**
 * Whose an event is, and which Order it is of, as far as its object's metadata says. We write that metadata (Checkout
 * Sessions, their intents), and so may whoever has the platform's key: until a handler has proved it, it is a hint, which
 * tells where to look and lets nobody see anything. Events are for members, who see all of their Space's anyway; what a
 * Vendor's representative sees of one does not come from a hint, but for the type and the time of a Marketplace's last
 * event (see failing_event_of.ts for an Order's).
 */
export type Hint = { marketplace: string; order?: string | undefined };

/** What a hint is read from; a connected account's own metadata is its Vendor's, and hints at nothing. */
type Hinting = {
  account?: string | undefined;
  data: {
    object: { metadata?: { marketplace?: string | undefined; order?: string | undefined } | undefined };
  };
};

export function hintOf({ account, data }: Hinting): Hint | undefined {
  const { marketplace = "", order = "" } = data.object.metadata ?? {};
  if (account !== undefined || !isUuid(marketplace)) return undefined;
  return { marketplace, order: isUlid(order) ? order : undefined };
}

const UUID_BYTES = 16;
/** Crockford's base 32, five bits a digit (ULID specification). */
const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** In 16 bytes an id, where their texts would bring the row of a common event above 1 KB, which is another write unit. */
export function packHint({ marketplace, order = "" }: Hint): Buffer {
  let bits = 0n;
  for (const digit of order) bits = bits * 32n + BigInt(DIGITS.indexOf(digit));
  const hex = marketplace.replaceAll("-", "") + (order && bits.toString(16).padStart(2 * UUID_BYTES, "0"));
  return Buffer.from(hex, "hex");
}

/** What {@link packHint} packed. */
export function unpackHint(packed: Uint8Array): Hint {
  const hex = Buffer.from(packed).toString("hex");
  const uuid = hex.slice(0, 2 * UUID_BYTES);
  const marketplace = uuid.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  return { marketplace, order: packed.length > UUID_BYTES ? ulidOf(hex.slice(2 * UUID_BYTES)) : undefined };
}

function ulidOf(hex: string): string {
  let ulid = "";
  for (let bits = BigInt(`0x${hex}`); ulid.length < 26; bits /= 32n) ulid = DIGITS[Number(bits % 32n)] + ulid;
  return ulid;
}
