import { pageHeaders } from "../../lib/pages/headers.ts";
import { publicRoute } from "../../lib/pages/route.ts";
import { completeSignIn } from "../../lib/session/sign_in.ts";

/** Back from the issuer: signed in, or told why not. */
export const handler = publicRoute().handler(async (request) => {
  const { location, cookies } = await completeSignIn(request);
  return { statusCode: 303, headers: { ...pageHeaders(), location }, cookies };
});
