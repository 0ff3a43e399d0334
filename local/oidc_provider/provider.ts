import { once } from "node:events";
import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import Provider, { type KoaContextWithOIDC } from "oidc-provider";
import { configuration } from "./configuration.ts";
import { pageHeaders, show } from "./layout.ts";
import { notFoundPage } from "./pages.ts";
import type { Person } from "./people.ts";
import { SIGN_IN_PATH, signInRoutes } from "./sign_in.ts";

/** An OpenID Connect issuer on 127.0.0.1, with one client, `convene`, and the people that it is given.
 *  @param options.port 0 for any free one
 *  @throws where the port is taken (`code` is EADDRINUSE) */
export async function startOidcProvider(options: {
  port: number;
  people: Person[];
  redirectUris: string[];
  postLogoutRedirectUris: string[];
}): Promise<{ url: string; close(): Promise<void> }> {
  const { port, people, redirectUris, postLogoutRedirectUris } = options;
  const configured = await configuration({ people, redirectUris, postLogoutRedirectUris });
  const server = createServer();
  server.listen(port, "127.0.0.1");
  await once(server, "listening"); // first, because the issuer's name contains the port
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the issuer has no port");
  const url = `http://127.0.0.1:${address.port}`;

  const provider = new Provider(url, configured);
  const [home] = postLogoutRedirectUris;
  const headers = pageHeaders([...redirectUris, ...postLogoutRedirectUris]);
  provider.use(async (ctx: KoaContextWithOIDC, next: () => Promise<void>) => {
    await next();
    if (ctx.path === provider.pathFor("end_session")) skipSignedOut(ctx);
    if (ctx.status === 404) {
      show(ctx, notFoundPage(home));
      ctx.status = 404; // Koa takes a body for a success
    }
    if (ctx.response.is("html")) ctx.set(headers);
  });
  // What it shows is a page without details; they belong into the log.
  provider.on("server_error", (_ctx, error) => console.error(error));

  const pages = signInRoutes(provider, { people, headers, home });
  const showPage = getRequestListener(pages.fetch);
  const provide = provider.callback();
  const isPage = (path = ""): boolean => path.startsWith(`${SIGN_IN_PATH}/`);
  server.on("request", (request, response) => (isPage(request.url) ? showPage : provide)(request, response));

  return {
    url,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Nobody is signed in (any more) at the issuer, so nothing is left to confirm. oidc-provider would go on with a
 *  form that a script sends. The address to return to has passed its checks when it offers that. */
function skipSignedOut(ctx: KoaContextWithOIDC): void {
  if (ctx.status !== 200 || ctx.oidc.session?.accountId) return;
  const { params = {} } = ctx.oidc;
  const { post_logout_redirect_uri: wanted, state } = params;
  const target = new URL(typeof wanted === "string" ? wanted : ctx.oidc.urlFor("end_session_success"));
  if (typeof wanted === "string" && typeof state === "string") target.searchParams.set("state", state);
  ctx.status = 303;
  ctx.redirect(target.href);
}
