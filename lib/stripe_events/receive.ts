import { withTimeout } from "../async/with_timeout.ts";
import { marketplaceRow, SPACE_ROW } from "../dynamodb/keys.ts";
import { HttpError, httpError } from "../errors.ts";
import { isSlug, isUuid } from "../ids.ts";
import { log } from "../log.ts";
import { readWebhookSecrets } from "../marketplaces/webhook_secrets.ts";
import { mask } from "../secrets/mask.ts";
import { parseEvent, SELF_TEST } from "./incoming_event.ts";
import { RefusalCounter, RefusalLog, type RefusalReason, writeRefusals } from "./refused_deliveries.ts";
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
const refusals = new RefusalCounter(writeRefusals);
const refusalLog = new RefusalLog();

/**
 * Verifies and stores an event; when it returns, the event is in the table, now or since before.
 * @throws {HttpError} `invalid_signature`, one and the same for a wrong signature and an unknown Marketplace;
 *   `not_an_event` for a signed body that is none; 413; what the table throws.
 */
export async function receive(delivery: Delivery): Promise<void> {
  const row = rowOf(delivery);
  try {
    // What comes too late may still store the event: Stripe sends it again, and it is a duplicate then.
    const isInTime = await withTimeout(
      verifyAndStore(delivery, row).then(() => true),
      PATIENCE_MS,
    );
    if (!isInTime) throw new DOMException("the calls of a delivery took too long", "TimeoutError");
  } catch (error) {
    // Lambda stands still between two deliveries, so a refused one waits for this; nothing that is stored ever does.
    if (error instanceof HttpError && row) await refusals.writeIfDue(delivery.space, row);
    throw error;
  }
}

async function verifyAndStore(delivery: Delivery, row: string | undefined): Promise<void> {
  const { space, marketplace, body } = delivery;
  if (!row) throw refused(delivery, row, "malformed_id");
  const signature = parseSignature(delivery.signature);
  if (typeof signature === "string") throw refused(delivery, row, signature);
  if (body.length > MAX_BODY_BYTES) throw refused(delivery, row, "too_large", httpError("too_large"));
  const secret = await secretCache.find(space, row, (secrets) => signerOf(secrets, signature, body));
  if (secret === undefined) throw refused(delivery, row, "wrong_secret");
  const event = parseEvent(body);
  if (!event) {
    const answer = httpError("not_an_event");
    if (!body.equals(Buffer.from(SELF_TEST))) throw refused(delivery, row, "not_an_event", answer);
    // Ours, which comes for each Space every hour, and is no attacker's.
    log.info("a self-test was verified", { space, marketplace }, { SelfTestsVerified: 1 });
    throw answer;
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

function rowOf({ space, room, marketplace }: Delivery): string | undefined {
  if (!isSlug(space)) return undefined;
  if (room === undefined || marketplace === undefined) return SPACE_ROW;
  return isSlug(room) && isUuid(marketplace) ? marketplaceRow({ room, marketplace }) : undefined;
}

function refused(
  { space, marketplace }: Delivery,
  row: string | undefined,
  reason: RefusalReason | "malformed_id",
  answer = httpError("invalid_signature"),
): HttpError {
  refusalLog.tell({ space, marketplace, reason });
  if (row && reason !== "malformed_id") count(space, row, reason);
  return answer;
}

/** Counts where the row is remembered to be there, and never reads to find out: ids can be made up without end. */
function count(space: string, row: string, reason: RefusalReason): void {
  if (secretCache.knows(space, row)) refusals.count(space, row, reason);
}
