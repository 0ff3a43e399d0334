import * as v from "valibot";
import { IsoTime } from "../http/answer_fields.ts";
import { findRegistered, type RegisteredEndpoint } from "./registered_endpoints.ts";

/** The Space's endpoints as programs see them; secrets only by their masked form. */
export type EndpointsJson = v.InferOutput<typeof EndpointsJson>;
export const EndpointsJson = v.object({
  stripe_webhook_endpoint: v.array(
    v.object({
      id: v.pipe(v.string(), v.description("Stripe's, `we_…`.")),
      connect: v.pipe(
        v.boolean(),
        v.description("Whether it hears the connected accounts, or the Distributor's own."),
      ),
      secret: v.pipe(v.string(), v.description("Masked: `whsec_…4242`.")),
      registered_at: IsoTime,
      replaces: v.pipe(
        v.nullable(v.string()),
        v.description("The endpoint that is retired when this one has verified an event."),
      ),
      retired_at: v.nullable(IsoTime),
    }),
  ),
});

export const presentEndpoints = async (space: string): Promise<EndpointsJson> =>
  presentRegistered((await findRegistered(space)).endpoints);

export const presentRegistered = (endpoints: RegisteredEndpoint[]): EndpointsJson => ({
  stripe_webhook_endpoint: endpoints.map(({ id, connect, secret, registered_at, replaces, retired_at }) => ({
    id,
    connect,
    secret,
    registered_at,
    replaces: replaces ?? null,
    retired_at: retired_at ?? null,
  })),
});
