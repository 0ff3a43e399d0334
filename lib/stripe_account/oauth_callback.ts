import { authorize } from "../access/authorize.ts";
import { Unauthorized } from "../errors.ts";
import type { Request } from "../http/request.ts";
import type { MarketplaceRef } from "../ids.ts";
import { log } from "../log.ts";
import { sessionOf } from "../session/session.ts";
import { marketplaceEditPath, signInUrl } from "../urls.ts";
import { completeOauth, refusalOf } from "./complete_oauth.ts";
import { ConnectFailed } from "./connect_failed.ts";
import { connectedRedirect, type Redirect } from "./connected_redirect.ts";
import { rememberedConnecting } from "./connecting_cookie.ts";
import { type OauthState, readState, sessionFingerprint } from "./oauth_state.ts";

/**
 * Takes a browser back from OAuth: to the Marketplace's page, connected, or with a sentence that says why not. A state
 * is good for whoever began, in the browser they began in. @throws {NotFound} for who represents the Vendor no more.
 */
export async function finishOauth(request: Request): Promise<Redirect> {
  const { state = "", code, error } = request.queryStringParameters ?? {};
  const begun = /^[\w-]{43}$/.test(state) ? await readState(state) : undefined;
  if (!begun) return await withoutState(request, error);
  const edit = marketplaceEditPath(begun);
  try {
    const actor = await assertSamePerson(request, begun);
    return await connectedRedirect(await completeOauth({ state, code, error }, begun, actor));
  } catch (error) {
    if (error instanceof Unauthorized) return failed(signInUrl(edit), new ConnectFailed("signed_out"));
    if (!(error instanceof ConnectFailed)) throw error;
    // Whose Marketplace it is, is told to nobody else.
    return failed(error.code === "state_of_another_person" ? "/" : edit, error, begun);
  }
}

/**
 * Who comes back with no state of ours connects nothing. Stripe may say all the same that it let nobody in; the person
 * reads that where they were, if their browser knows where that is.
 */
async function withoutState(request: Request, error: string | undefined): Promise<Redirect> {
  const place = await rememberedConnecting(request);
  const trouble = new ConnectFailed(error && place ? refusalOf(error) : "unknown_state");
  return failed(place ? marketplaceEditPath(place) : "/", trouble, place);
}

/** @returns who it is, for the audit. */
async function assertSamePerson(request: Request, begun: OauthState): Promise<string> {
  const session = await sessionOf(request);
  if (!session) throw new Unauthorized();
  if (session.email !== begun.email) throw new ConnectFailed("state_of_another_person");
  if (sessionFingerprint(session) !== begun.browser) throw new ConnectFailed("state_of_another_browser");
  const { space, room, marketplace } = begun;
  const { actor } = await authorize(
    { ...request, pathParameters: { space, room, marketplace } },
    "representative",
  );
  return actor;
}

function failed(to: string, { code, message }: ConnectFailed, place?: MarketplaceRef): Redirect {
  log.warn("connecting failed", { reason: code, space: place?.space, marketplace: place?.marketplace });
  return { to, notice: { trouble: message } };
}
