import { randomBytes } from "node:crypto";
import { exportJWK, generateKeyPair } from "jose";
import { type Configuration, errors, interactionPolicy } from "oidc-provider";
import { show } from "./layout.ts";
import { memory } from "./memory.ts";
import { errorPage, outOfDatePage, signedOutPage, signOutPage } from "./pages.ts";
import { findBySubject, type Person } from "./people.ts";
import { SIGN_IN_PATH } from "./sign_in.ts";

const CLIENT_ID = "convene";
const SCOPE = "openid email profile";

const MINUTE = 60; // oidc-provider counts in seconds
const DAY = 24 * 60 * MINUTE;

/** One public client that must prove its code by PKCE, signing keys of RS256 as Cognito has them, and no features
 *  but those that the product uses. What oidc-provider would warn of as a default is set here. */
export async function configuration(options: {
  people: Person[];
  redirectUris: string[];
  postLogoutRedirectUris: string[];
}): Promise<Configuration> {
  const { people, redirectUris, postLogoutRedirectUris } = options;
  const [home] = postLogoutRedirectUris;
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  return {
    adapter: memory(),
    // Both are new with every start: cookies and tokens of before are then void, and one signs in again.
    jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: "RS256", use: "sig" }] },
    cookies: {
      keys: [randomBytes(32).toString("base64url")],
      // Cookies do not care for the port: other issuers at 127.0.0.1 have the package's names.
      names: { session: "issuer_session", interaction: "issuer_sign_in", resume: "issuer_resume" },
    },
    clients: [
      {
        client_id: CLIENT_ID,
        token_endpoint_auth_method: "none",
        response_types: ["code"],
        grant_types: ["authorization_code"],
        redirect_uris: redirectUris,
        post_logout_redirect_uris: postLogoutRedirectUris,
        scope: SCOPE,
      },
    ],
    clientAuthMethods: ["none"],
    clientBasedCORS: () => false,
    responseTypes: ["code"],
    pkce: { required: () => true },
    scopes: SCOPE.split(" "),
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    // Cognito puts the claims into the ID token too; by the letter they would only be at the userinfo endpoint.
    conformIdTokenClaims: false,
    findAccount(_ctx, subject) {
      const person = findBySubject(people, subject);
      if (!person) return undefined;
      const { email, email_verified, name } = person;
      return { accountId: subject, claims: () => ({ sub: subject, email, email_verified, name }) };
    },
    interactions: { policy: withoutConsent(), url: (_ctx, { uid }) => `${SIGN_IN_PATH}/${uid}` },
    loadExistingGrant: grantEverything,
    ttl: {
      AccessToken: 60 * MINUTE,
      AuthorizationCode: MINUTE,
      Grant: DAY,
      IdToken: 60 * MINUTE,
      Interaction: 60 * MINUTE,
      Session: DAY,
    },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource(ctx, form) {
          show(ctx, signOutPage(findBySubject(people, ctx.oidc.session?.accountId ?? ""), form));
        },
        postLogoutSuccessSource(ctx) {
          show(ctx, signedOutPage());
        },
      },
    },
    renderError(ctx, { error, error_description }, cause) {
      const sentence = `oidc-provider says: ${error_description ?? "no"} (${error}).`;
      const isOver = cause instanceof errors.SessionNotFound;
      show(ctx, isOver ? outOfDatePage(home) : errorPage("The issuer refuses this", sentence, home));
    },
  };
}

/** There is one client, and it is ours: nobody needs to be asked what it may know. */
function withoutConsent(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  policy.remove("consent");
  return policy;
}

/** https://github.com/panva/node-oidc-provider/blob/main/recipes/skip_consent.md */
const grantEverything: Configuration["loadExistingGrant"] = async ({
  oidc: { client, provider, session },
}) => {
  if (!client || !session?.accountId) return undefined;
  const earlier = session.grantIdFor(client.clientId);
  const found = earlier && (await provider.Grant.find(earlier));
  if (found) return found;
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope(SCOPE);
  await grant.save();
  return grant;
};
