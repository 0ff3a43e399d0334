import { api } from "../../lib/http/api.ts";
import { rawBody } from "../../lib/http/body.ts";
import { receive } from "../../lib/stripe_events/receive.ts";

/** Stripe posts an event here. A 200 says that it is stored, and nothing more. */
export const handler = api(async (request) => {
  const { space = "", room, marketplace } = request.pathParameters ?? {};
  await receive({
    space,
    room,
    marketplace,
    body: rawBody(request),
    signature: request.headers["stripe-signature"],
  });
  return { statusCode: 200 };
});
