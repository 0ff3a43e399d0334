import { createHmac, randomBytes } from "node:crypto";

/** In bytes: as many as no two buyers of a Space share, and few enough to cost an Order's row next to nothing. */
const KEY_BYTES = 16;

/**
 * What a Space knows a buyer by: a hash of their address, whatever case it was typed in, with a secret of the Space's own.
 * Whoever has the Orders alone, in a backup say, cannot try addresses on it: the secret is in another table.
 */
export const buyerKey = (secret: string, address: string): string =>
  createHmac("sha256", secret)
    .update(address.trim().toLowerCase())
    .digest()
    .subarray(0, KEY_BYTES)
    .toString("base64url");

export const newBuyerSecret = (): string => randomBytes(32).toString("base64url");
