import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  discovery,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from "openid-client";
import { afterAll } from "vitest";
import type { Person } from "../../../local/oidc_provider/people.ts";
import { startOidcProvider } from "../../../local/oidc_provider/provider.ts";

export const SHOP = "http://shop.example:3000";
export const CALLBACK = `${SHOP}/session/callback`;

export const DANA = {
  email: "dana@example.com",
  password: "tea for two",
  name: "Dana Distributor",
  email_verified: true,
  role: "member of demo",
};
export const VIC = {
  email: "vic@example.com",
  password: "sell & smile",
  name: "Vic <Vendor>",
  email_verified: false,
  role: "nobody",
};

export async function newIssuer({
  port = 0,
  people = [DANA, VIC],
}: {
  port?: number;
  people?: Person[];
} = {}) {
  const issuer = await startOidcProvider({
    port,
    people,
    redirectUris: [CALLBACK],
    postLogoutRedirectUris: [`${SHOP}/`],
  });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= issuer.close();
    return closing;
  };
  afterAll(close);
  return { url: issuer.url, close };
}

/** What the product does with the issuer, done by `openid-client` alone. */
export async function newRelyingParty(issuer: string) {
  const config = await discovery(new URL(issuer), "convene", undefined, None(), {
    execute: [allowInsecureRequests],
  });
  return {
    config,
    /** Begins a sign-in: where to send the browser, and what to do with the address that it comes back to. */
    async begin(changes: Record<string, string> = {}) {
      const [pkceCodeVerifier, expectedState, expectedNonce] = [
        randomPKCECodeVerifier(),
        randomState(),
        randomNonce(),
      ];
      const url = buildAuthorizationUrl(config, {
        redirect_uri: CALLBACK,
        scope: "openid email profile",
        code_challenge: await calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: "S256",
        state: expectedState,
        nonce: expectedNonce,
        ...changes,
      });
      const finish = (back: string, checks = {}) =>
        authorizationCodeGrant(config, new URL(back), {
          pkceCodeVerifier,
          expectedState,
          expectedNonce,
          ...checks,
        });
      return { url, finish };
    },
    signOutUrl: (parameters: Record<string, string> = {}) =>
      buildEndSessionUrl(config, { post_logout_redirect_uri: `${SHOP}/`, ...parameters }),
  };
}

/** Where a browser is: on a page of the issuer, or sent away, which it does not follow. */
type Place = { url: string; status: number; headers: Headers; text: string; sentTo?: string };

/** A browser with cookies and without JavaScript, which presses a page's one button. */
export function newBrowser(issuer: string) {
  const cookies = new Map<string, { path: string; pair: string }>();

  async function open(url: string | URL, form?: Record<string, string>): Promise<Place> {
    const { href, pathname } = new URL(url);
    const sent = [...cookies.values()].filter(({ path }) => pathname.startsWith(path));
    const response = await fetch(href, {
      redirect: "manual",
      headers: { Accept: "text/html", Cookie: sent.map(({ pair }) => pair).join("; ") },
      ...(form && { method: "POST", body: new URLSearchParams(form) }),
    });
    for (const cookie of response.headers.getSetCookie()) keep(cookie);
    const target = response.headers.get("Location");
    if (target) {
      const next = new URL(target, href);
      if (next.origin === issuer) return open(next);
    }
    const { status, headers } = response;
    return { url: href, status, headers, text: await response.text(), ...(target && { sentTo: target }) };
  }

  function keep(cookie: string): void {
    const [pair = ""] = cookie.split(";");
    const path = /; path=([^;]+)/i.exec(cookie)?.[1] ?? "/";
    const key = `${path} ${pair.split("=")[0]}`;
    if (/expires=Thu, 01 Jan 1970/i.test(cookie)) cookies.delete(key);
    else cookies.set(key, { path, pair });
  }

  /** Presses the button, with these fields and the hidden ones. */
  function press({ url, text }: Place, fields: Record<string, string> = {}): Promise<Place> {
    const action = /<form[^>]* action="([^"]+)"/.exec(text)?.[1] ?? url;
    const named = text.matchAll(/<(?:input type="hidden"|button)[^>]* name="([^"]+)" value="([^"]+)"/g);
    const given = [...named].map(([, name = "", value = ""]) => [name, value]);
    return open(action, { ...Object.fromEntries(given), ...fields });
  }

  return { open, press };
}

export const signIn = (
  browser: ReturnType<typeof newBrowser>,
  page: Place,
  { email, password }: { email: string; password: string },
) => browser.press(page, { email, password });
