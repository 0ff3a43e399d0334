import { spaceOfRequest } from "../../lib/access/space_of_request.ts";
import { NotFound } from "../../lib/errors.ts";
import { jsonErrors, pipeline } from "../../lib/http/api.ts";
import { rawBody } from "../../lib/http/body.ts";
import { receive } from "../../lib/stripe_events/receive.ts";

/** Stripe posts an event here, with whatever query its endpoint's URL has. A 200 says that it is stored, and nothing more. */
export const handler = pipeline(jsonErrors).handler(async (request) => {
  const { room, marketplace } = request.pathParameters ?? {};
  await receive({
    // No Space is no slug, which is refused like any unknown one.
    space: await spaceOfRequest(request).catch((error) => {
      if (error instanceof NotFound) return "";
      throw error;
    }),
    room,
    marketplace,
    body: rawBody(request),
    signature: request.headers["stripe-signature"],
  });
  return { statusCode: 200 };
});
