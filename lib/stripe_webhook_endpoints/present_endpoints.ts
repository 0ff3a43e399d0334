import { findRegistered, type RegisteredEndpoint } from "./registered_endpoints.ts";

/** The Space's endpoints as programs see them; secrets only by their masked form. */
export const presentEndpoints = async (space: string) =>
  presentRegistered((await findRegistered(space)).endpoints);

export const presentRegistered = (endpoints: RegisteredEndpoint[]) => ({
  stripe_webhook_endpoint: endpoints.map(({ id, connect, secret, registered_at, replaces, retired_at }) => ({
    id,
    connect,
    secret,
    registered_at,
    replaces: replaces ?? null,
    retired_at: retired_at ?? null,
  })),
});
