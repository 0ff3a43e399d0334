import { knownQuery } from "../../lib/http/known_query.ts";
import { pageHeaders } from "../../lib/pages/headers.ts";
import { publicRoute } from "../../lib/pages/route.ts";
import { beginSignIn } from "../../lib/session/sign_in.ts";

/** To the issuer, and afterwards back to `?to=`. */
export const handler = publicRoute(knownQuery("to")).handler(async (request) => {
  const { location, cookies } = await beginSignIn(request.queryStringParameters?.to);
  return { statusCode: 303, headers: { ...pageHeaders(), location }, cookies };
});
