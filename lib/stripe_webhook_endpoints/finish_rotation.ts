import { iso, now } from "../clock.ts";
import { listEvents } from "../stripe_events/list_events.ts";
import { verifiedWith } from "../stripe_events/stored_event.ts";
import { withEndpointsLock } from "./endpoints_state.ts";
import { findRegistered, readRegistered, SERVICE, saveRegistered } from "./registered_endpoints.ts";

/** The Space's newest events that are looked through for one that a new endpoint has verified. */
const RECENT = 100;

/**
 * Retires each endpoint whose successor has verified an event: from then on it stays for what Stripe has still to deliver of
 * before, which its successor never heard.
 */
export async function finishRotation(space: string): Promise<void> {
  const { endpoints } = await findRegistered(space);
  if (!endpoints.some(({ replaces }) => replaces)) return;
  const { data } = await listEvents({ space, limit: RECENT, next: undefined });
  const verified = new Set(data.flatMap((event) => [event.verified_with, event.also_verified_with]));
  const proven = endpoints.filter(
    ({ replaces, secret }) => replaces && verified.has(verifiedWith(undefined, secret)),
  );
  if (proven.length > 0)
    await withEndpointsLock(space, () =>
      retireReplaced(
        space,
        proven.map(({ id }) => id),
      ),
    );
}

async function retireReplaced(space: string, proven: string[]): Promise<{ state: "registered" }> {
  let registered = await readRegistered(space);
  for (const { id, replaces } of registered.endpoints) {
    if (!replaces || !proven.includes(id)) continue;
    const endpoints = registered.endpoints.map(({ replaces: replaced, ...endpoint }) => ({
      ...endpoint,
      ...(replaced && endpoint.id !== id && { replaces: replaced }),
      ...(endpoint.id === replaces && { retired_at: iso(now()) }),
    }));
    const what = `retired the webhook endpoint ${replaces}, which ${id} has replaced`;
    registered = await saveRegistered(space, registered, endpoints, SERVICE, what);
  }
  return { state: "registered" };
}
