import { findRegistered } from "./registered_endpoints.ts";

/** The Space's endpoints as programs see them; secrets only by their masked form. */
export async function presentEndpoints(space: string) {
  const { endpoints } = await findRegistered(space);
  return {
    stripe_webhook_endpoint: endpoints.map(({ id, connect, secret, registered_at, replaces }) => ({
      id,
      connect,
      secret,
      registered_at,
      replaces: replaces ?? null,
    })),
  };
}
