import type Stripe from "stripe";
import { recordAudit } from "../audit/audit.ts";
import { after, iso, now } from "../clock.ts";
import { completeUntil, findRecovery, type Recovery } from "../spaces/recovery.ts";
import { spaceForwardUrl } from "../urls.ts";
import { deleteEndpoint } from "./endpoints_at_stripe.ts";
import { type Registered, type RegisteredEndpoint, SERVICE, saveRegistered } from "./registered_endpoints.ts";

/** How long Stripe tries to deliver an event (Stripe docs, "Webhooks: Retry behavior"), in ms. */
const TRIED_FOR_MS = 3 * 24 * 60 * 60_000;

/**
 * Deletes what nothing needs any more, and what could still deliver nothing that is not here: endpoints that were retired, and
 * those at the Space's address that nobody here knows. With an endpoint, Stripe ends its deliveries; so each stays for as long
 * as Stripe tries, or until recovery has read its list of events past the time when the endpoint was no longer needed.
 */
export async function removeSuperfluous(
  space: string,
  stripe: Stripe,
  registered: Registered,
  atStripe: Iterable<Stripe.WebhookEndpoint>,
): Promise<Registered> {
  const recovery = await findRecovery(space);
  await removeUnknown(space, stripe, registered, atStripe, recovery);
  let left = registered;
  for (const endpoint of registered.endpoints) {
    const { id, retired_at, account, connect } = endpoint;
    if (!retired_at || mayStillDeliver(recovery, { account, connect, since: retired_at })) continue;
    await deleteEndpoint(stripe, id);
    const others = left.endpoints.filter((each) => each.id !== id);
    const what = `removed the webhook endpoint ${id}, which had nothing left to deliver`;
    left = await saveRegistered(space, left, others, SERVICE, what);
  }
  return left;
}

/**
 * Of somebody who made one by hand, or of a run that was cut off before it saved the secret. What it hears, ours hear too; what
 * it alone has heard before may still come by it where a member has added its secret.
 */
async function removeUnknown(
  space: string,
  stripe: Stripe,
  { endpoints }: Registered,
  atStripe: Iterable<Stripe.WebhookEndpoint>,
  recovery: Recovery | undefined,
): Promise<void> {
  const known = new Set(endpoints.map(({ id }) => id));
  for (const { id, url, metadata } of atStripe) {
    if (url !== spaceForwardUrl(space) || known.has(id)) continue;
    const isOurs = metadata.space === space;
    // Whose events one made by hand hears, Stripe does not tell.
    const connect = !isOurs || metadata.connect !== "false";
    const [newest] = endpoints
      .filter((endpoint) => !isOurs || endpoint.connect === connect)
      .sort((one, other) => (neededUntil(one) > neededUntil(other) ? -1 : 1));
    if (!newest) continue;
    const { account } = newest;
    if (mayStillDeliver(recovery, { account, connect, since: neededUntil(newest) })) continue;
    const whose = isOurs ? "whose secret was never saved" : "which somebody had made by hand";
    await recordAudit(space, SERVICE, `removed the webhook endpoint ${id} at this Space's address, ${whose}`);
    await deleteEndpoint(stripe, id);
  }
}

/** Since when an endpoint of ours hears what the unknown one hears; of one that is retired, since when nothing needs that. */
const neededUntil = ({ registered_at, retired_at }: RegisteredEndpoint): string =>
  retired_at ?? registered_at;

/** Whether Stripe may have something to deliver from before `since` (ISO 8601) that is not here. */
function mayStillDeliver(
  recovery: Recovery | undefined,
  { account, connect, since }: { account: string; connect: boolean; since: string },
): boolean {
  if (since <= iso(after(now(), -TRIED_FOR_MS))) return false;
  // Events of connected accounts are in no list that recovery reads.
  if (connect || recovery?.account !== account) return true;
  return (completeUntil(recovery) ?? "") < since;
}
