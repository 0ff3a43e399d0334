import { withTimeout } from "../async/with_timeout.ts";
import { marketplaceRow, SPACE_ROW } from "../dynamodb/keys.ts";
import { type HttpError, httpError } from "../errors.ts";
import { isSlug, isUuid } from "../ids.ts";
import { log } from "../log.ts";
import { readWebhookSecrets } from "../marketplaces/webhook_secrets.ts";
import { mask } from "../secrets/mask.ts";
import { parseEvent } from "./incoming_event.ts";
import { SecretCache } from "./secret_cache.ts";
import { parseSignature, signerOf } from "./signature.ts";
import { alsoVerifiedWith, storeEvent } from "./store_event.ts";
import { parseVerifiedWith, verifiedWith } from "./stored_event.ts";

/** A POST to a webhook URL: the Marketplace's own, or, without room and marketplace, the Space's. */
type Delivery = {
  space: string;
  room?: string | undefined;
  marketplace?: string | undefined;
  body: Buffer;
  signature: string | undefined;
};

/** In bytes. Stripe's events are far smaller. */
const MAX_BODY_BYTES = 1_000_000;
/**
 * All calls of one delivery share this many ms, so that Stripe has its answer within 5 s. One timer of our own: an
 * AbortSignal that goes along with each call costs a fifth of what receiving takes above its write.
 */
const PATIENCE_MS = 4_000;

const secretCache = new SecretCache(readWebhookSecrets);

/**
 * Verifies and stores an event; when it returns, the event is in the table, now or since before.
 * @throws {HttpError} `invalid_signature`, one and the same for a wrong signature and an unknown Marketplace;
 *   `not_an_event` for a signed body that is none; 413; what the table throws.
 */
export async function receive(delivery: Delivery): Promise<void> {
  // What comes too late may still store the event: Stripe sends it again, and it is a duplicate then.
  const isInTime = await withTimeout(
    verifyAndStore(delivery).then(() => true),
    PATIENCE_MS,
  );
  if (!isInTime) throw new DOMException("the calls of a delivery took too long", "TimeoutError");
}

async function verifyAndStore({
  space,
  room,
  marketplace,
  body,
  signature: header,
}: Delivery): Promise<void> {
  const row = rowOf(space, room, marketplace);
  const signature = parseSignature(header);
  if (!row || !signature)
    throw refused(space, marketplace, row ? "malformed or stale signature" : "malformed id");
  if (body.length > MAX_BODY_BYTES) throw httpError("too_large");
  const secret = await secretCache.find(space, row, (secrets) => signerOf(secrets, signature, body));
  if (secret === undefined) throw refused(space, marketplace, "no secret fits");
  const event = parseEvent(body);
  if (!event) {
    log.warn("a signed body is no event", { space, marketplace }, { DeliveriesRefused: 1 });
    throw httpError("not_an_event");
  }
  const verified = verifiedWith(marketplace, mask(secret));
  const result = await storeEvent(space, event, body, verified);
  // Two of the Space's own endpoints send the same event in a rotation, and at no other time; what was recovered before it
  // was delivered came by none.
  const isOfSpace = (by: string | undefined): boolean =>
    by === undefined || parseVerifiedWith(by).marketplace === undefined;
  if (
    !result.stored &&
    isOfSpace(verified) &&
    isOfSpace(result.verified_with) &&
    result.verified_with !== verified
  )
    await alsoVerifiedWith(space, event.id, verified);
}

function rowOf(space: string, room: string | undefined, marketplace: string | undefined): string | undefined {
  if (!isSlug(space)) return undefined;
  if (room === undefined || marketplace === undefined) return SPACE_ROW;
  return isSlug(room) && isUuid(marketplace) ? marketplaceRow({ room, marketplace }) : undefined;
}

function refused(space: string, marketplace: string | undefined, reason: string): HttpError {
  log.warn("a delivery was refused", { space, marketplace, reason }, { DeliveriesRefused: 1 });
  return httpError("invalid_signature");
}
