import { listEvents } from "../stripe_events/list_events.ts";
import { verifiedWith } from "../stripe_events/stored_event.ts";
import { loadPlatform } from "../utilities/platform.ts";
import { deleteEndpoint } from "./endpoints_at_stripe.ts";
import { withEndpointsLock } from "./endpoints_state.ts";
import { SERVICE } from "./ensure_endpoints.ts";
import { findRegistered, readRegistered, saveRegistered } from "./registered_endpoints.ts";

/** The Space's newest events that are looked through for one that a new endpoint has verified. */
const RECENT = 100;

/** Removes each endpoint whose successor has verified an event. What Stripe refuses is done the next time. */
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
      removeReplaced(
        space,
        proven.map(({ id }) => id),
      ),
    );
}

async function removeReplaced(space: string, proven: string[]): Promise<{ state: "registered" }> {
  const { stripe } = await loadPlatform(space);
  let registered = await readRegistered(space);
  for (const { id, replaces } of registered.endpoints) {
    if (!replaces || !proven.includes(id)) continue;
    await deleteEndpoint(stripe, replaces);
    const left = registered.endpoints
      .filter((endpoint) => endpoint.id !== replaces)
      .map(({ replaces: replaced, ...endpoint }) =>
        endpoint.id === id || !replaced ? endpoint : { ...endpoint, replaces: replaced },
      );
    const what = `removed the webhook endpoint ${replaces}, which ${id} has replaced`;
    registered = await saveRegistered(space, registered, left, SERVICE, what);
  }
  return { state: "registered" };
}
