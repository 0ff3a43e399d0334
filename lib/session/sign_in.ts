import {
  AuthorizationResponseError,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  ClientError,
  calculatePKCECodeChallenge,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from "openid-client";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { SignInFailed, Unavailable } from "../errors.ts";
import { PersonEmail } from "../http/email.ts";
import type { Request } from "../http/request.ts";
import { describeError, log } from "../log.ts";
import { clearCookie, readCookie, setCookie } from "./cookies.ts";
import { bindPerson } from "./identity.ts";
import { issuer } from "./issuer.ts";
import { localPath } from "./local_path.ts";
import { startSession } from "./session.ts";

/** What must be the same when the browser comes back from the issuer, 10 minutes later at most. */
const signInCookie = {
  name: "sign_in",
  schema: v.object({ state: v.string(), nonce: v.string(), verifier: v.string(), to: v.string() }),
  maxAge_s: 10 * 60,
};

const callbackUrl = (): string => `${configuration.baseUrl}/session/callback`;

/** Sends the browser to the issuer; afterwards it lands on `to`, a path of ours. */
export async function beginSignIn(to: string | undefined): Promise<{ location: string; cookies: string[] }> {
  const [state, nonce, verifier] = [randomState(), randomNonce(), randomPKCECodeVerifier()];
  const location = buildAuthorizationUrl(await issuer(), {
    redirect_uri: callbackUrl(),
    scope: "openid email profile",
    state,
    nonce,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  const cookie = await setCookie(signInCookie, { state, nonce, verifier, to: localPath(to) });
  return { location: location.href, cookies: [cookie] };
}

const Claims = v.object({
  iss: v.string(),
  sub: v.string(),
  email: v.string(),
  email_verified: v.literal(true),
  name: v.optional(v.string()),
});

/**
 * Takes the browser back from the issuer. State, nonce and code are each good once: the cookie that holds them goes.
 * @throws {SignInFailed} with a sentence for the person.
 */
export async function completeSignIn(request: Request): Promise<{ location: string; cookies: string[] }> {
  const begun = await readCookie(request, signInCookie);
  if (!begun) throw new SignInFailed("This sign-in took too long, or was begun in another browser.", "/");
  const { state, nonce, verifier, to } = begun;
  const config = await issuer();
  const url = new URL(`${callbackUrl()}?${request.rawQueryString}`);
  const checks = {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
  };
  const tokens = await authorizationCodeGrant(config, url, checks).catch((error: unknown) => {
    // Who says no at the issuer has not failed.
    if (!(error instanceof AuthorizationResponseError) || error.error !== "access_denied")
      noteFailure("the issuer gave no tokens", error);
    throw new SignInFailed("The sign-in was refused or is used up.", to, { cause: error });
  });
  const claims = v.safeParse(Claims, tokens.claims());
  if (!claims.success) {
    noteFailure("the issuer says no verified email address");
    throw new SignInFailed("Your email address is not verified there. Verify it, then sign in again.", to);
  }
  const { iss, sub, name } = claims.output;
  const address = v.safeParse(PersonEmail, claims.output.email);
  if (!address.success)
    throw new SignInFailed("What you are known by there is not an email address that is taken here.", to);
  const email = address.output;
  const person = await bindPerson({ email, issuer: iss, subject: sub });
  if (!person)
    throw new SignInFailed("This email address belongs to another account here. Ask an operator.", to);
  const session = await startSession({ ...person, email, name: name ?? email });
  log.info("somebody signed in", {}, { SignInsDone: 1 });
  return { location: to, cookies: [session, clearCookie(signInCookie)] };
}

/** What may be the issuer's trouble, or ours with it; not what comes without a sign-in that was begun here. */
function noteFailure(why: string, error?: unknown): void {
  // One of the library's own constants: it tells an answer that was refused from one that cannot be read.
  const code = error instanceof ClientError ? error.code : undefined;
  log.warn(
    "a sign-in failed",
    { why, code, ...(error !== undefined && describeError(error)) },
    { SignInsFailed: 1 },
  );
}

/**
 * Where the issuer signs the person out too, and sends the browser back to us; undefined where it does not answer, or has
 * no such place.
 */
export async function signOutUrl(): Promise<string | undefined> {
  const config = await issuer().catch((error: unknown) => {
    if (error instanceof Unavailable) return undefined;
    throw error;
  });
  // Having one is optional: it is of a standard of its own (OpenID Connect RP-Initiated Logout 1.0).
  if (!config?.serverMetadata().end_session_endpoint) return undefined;
  const home = `${configuration.baseUrl}/`;
  return buildEndSessionUrl(config, {
    client_id: configuration.oidcClientId,
    post_logout_redirect_uri: home,
    // Cognito's own name for it (Amazon Cognito docs, "Logout endpoint"); other issuers pass over it.
    logout_uri: home,
  }).href;
}
