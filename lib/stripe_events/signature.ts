import { createHmac, timingSafeEqual } from "node:crypto";
import { now, toSeconds } from "../clock.ts";

/** What the `Stripe-Signature` header says: when Stripe signed, in s since the epoch, and its signatures, 64 hex digits each. */
type Signature = { t: number; v1: string[] };

/** How far `t` may be from our clock, in seconds, to either side (Stripe docs, "Verify webhook signatures manually"). */
export const TOLERANCE_S = 300;

/** Stripe sends two elements, during a roll three; nobody needs more than this many characters. */
const MAX_HEADER_LENGTH = 2_000;

/** Reads `t=…,v1=…[,v1=…][,v0=…]`: `unsigned` where it is missing or malformed, `stale` where it is too old or from the future. */
export function parseSignature(header: string | undefined): Signature | "unsigned" | "stale" {
  if (!header || header.length > MAX_HEADER_LENGTH) return "unsigned";
  const times: string[] = [];
  const v1: string[] = [];
  for (const element of header.split(",")) {
    if (element === "t" || element.startsWith("t=")) times.push(element.slice(2));
    else if (/^v1=[0-9a-f]{64}$/.test(element)) v1.push(element.slice(3));
  }
  const [time = ""] = times;
  if (times.length !== 1 || !/^[1-9]\d{0,11}$/.test(time) || v1.length === 0) return "unsigned";
  const t = Number(time);
  return Math.abs(toSeconds(now()) - t) <= TOLERANCE_S ? { t, v1 } : "stale";
}

/**
 * The secret that any of the signatures was made with: HMAC-SHA256 of `t.body`, keyed with the whole `whsec_…`.
 * Undefined where none fits.
 */
export function signerOf(secrets: readonly string[], { t, v1 }: Signature, body: Buffer): string | undefined {
  const given = v1.map((hex) => Buffer.from(hex, "hex"));
  return secrets.find((secret) => {
    const expected = hmacOf(secret, t, body);
    return given.some((candidate) => timingSafeEqual(candidate, expected));
  });
}

/** The header of a body that we post to ourselves, signed now. */
export function signatureHeader(body: string, secret: string): string {
  const t = toSeconds(now());
  return `t=${t},v1=${hmacOf(secret, t, body).toString("hex")}`;
}

const hmacOf = (secret: string, t: number, body: Buffer | string): Buffer =>
  createHmac("sha256", secret).update(`${t}.`).update(body).digest();
