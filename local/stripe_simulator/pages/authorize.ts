import { type Context, Hono } from "hono";
import { html } from "hono/html";
import type Stripe from "stripe";
import * as v from "valibot";
import { makeAccount } from "../accounts/new_account.ts";
import { newAuthorizationCode } from "../oauth/authorization_codes.ts";
import { type ClientId, findClientId, isPlatform } from "../oauth/client_ids.ts";
import { accountOf, allAccounts, findAccount, nameOf } from "../state/accounts.ts";
import { controllerOf, isConnected } from "../state/connections.ts";
import type { Simulator } from "../state/simulator.ts";
import { type Html, page, pageHeaders, sameSiteOnly, titleOf } from "./layout.ts";

/** `GET /oauth/authorize` (https://docs.stripe.com/connect/oauth-reference): where an account's owner lets a platform
 *  in. All it has to remember is in its address, which the form is sent to again. */
export function authorizeRoutes(simulator: Simulator): Hono {
  const routes = new Hono();
  routes.use(pageHeaders, sameSiteOnly);

  routes.get("/", (c) => {
    const asked = askedFor(simulator, c);
    if (typeof asked === "string") return refusal(c, asked);
    if (!asked.scope) return sendBack(c, asked, INVALID_SCOPE);
    return c.html(authorizePage(simulator, asked, prefilled(c)));
  });

  routes.post("/", async (c) => {
    const asked = askedFor(simulator, c);
    if (typeof asked === "string") return refusal(c, asked);
    if (!asked.scope) return sendBack(c, asked, INVALID_SCOPE);
    const form = v.safeParse(Form, await c.req.parseBody());
    if (form.success && form.output.do === "deny") return sendBack(c, asked, DENIED);
    const chosen = form.success ? choose(simulator, asked.client, form.output) : "Choose an account first.";
    if (typeof chosen === "string")
      return c.html(authorizePage(simulator, asked, form.success ? form.output : prefilled(c), chosen), 400);
    const code = newAuthorizationCode(simulator, {
      client_id: asked.client.id,
      account: chosen.id,
      scope: asked.scope,
    });
    return sendBack(c, asked, { scope: asked.scope, code });
  });

  return routes;
}

const DENIED = { error: "access_denied", error_description: "The user denied your request" };
const INVALID_SCOPE = { error: "invalid_scope", error_description: "Invalid scope parameter provided" };

const Text = v.pipe(v.optional(v.string(), ""), v.trim());

const Form = v.object({ do: v.picklist(["connect", "deny"]), account: Text, name: Text, country: Text });

interface Fields {
  account?: string | undefined;
  name?: string | undefined;
  country?: string | undefined;
}

interface Asked {
  client: ClientId;
  redirectUri: string;
  state: string | undefined;
  /** Undefined if it is none. */
  scope: "read_only" | "read_write" | undefined;
}

/** What the address asks for, or why nobody can be sent back with an answer to it. */
function askedFor(simulator: Simulator, c: Context): Asked | string {
  const { client_id = "", redirect_uri, response_type, state, scope = "read_only" } = c.req.query();
  const client = findClientId(simulator, client_id);
  if (!client) return `No application matches the supplied client identifier: '${client_id}'.`;
  if (response_type !== "code") return "The only response_type is 'code'.";
  // Exactly, as strings: a slash more or another case is another address.
  if (redirect_uri !== undefined && !client.redirect_uris.includes(redirect_uri))
    return `Invalid redirect URI '${redirect_uri}'. Ensure this uri exactly matches one of the uris specified in your application settings.`;
  const redirectUri = redirect_uri ?? client.redirect_uris[0];
  if (redirectUri === undefined) return "No redirect URI is registered for this application.";
  return {
    client,
    redirectUri,
    state,
    scope: scope === "read_write" || scope === "read_only" ? scope : undefined,
  };
}

/** The rest of `stripe_user` would fill in a form that the simulator does not have. */
const prefilled = (c: Context): Fields => ({
  name: c.req.query("stripe_user[business_name]"),
  country: c.req.query("stripe_user[country]"),
});

function sendBack(c: Context, { redirectUri, state }: Asked, answer: Record<string, string>) {
  const params = new URLSearchParams({ ...answer, ...(state !== undefined && { state }) });
  return c.redirect(`${redirectUri}${redirectUri.includes("?") ? "&" : "?"}${params}`, 303);
}

/** The account that was chosen or made, or why it cannot be connected. */
function choose(
  simulator: Simulator,
  client: ClientId,
  { account, name = "", country = "" }: Fields,
): Stripe.Account | string {
  if (account === "new") {
    if (!name) return "Give the new account a name.";
    if (!/^[a-z]{2}$/i.test(country)) return "The country is two letters, such as US.";
    return makeAccount(simulator, { display_name: name, country: country.toUpperCase() });
  }
  const found = account && findAccount(simulator, account);
  if (!found) return "Choose an account first.";
  return whyNot(simulator, client, found.id) ?? found;
}

/** https://docs.stripe.com/connect/oauth-changes-for-standard-platforms */
function whyNot(simulator: Simulator, client: ClientId, account: string): string | undefined {
  if (isPlatform(simulator, account)) return "A platform's own account cannot be connected.";
  const controller = controllerOf(simulator, account);
  if (!controller) return undefined;
  if (controller.platform !== client.platform)
    return `${nameOf(accountOf(simulator, controller.platform))} controls this account: no other platform can connect to it.`;
  if (controller.livemode !== client.livemode)
    return `This account exists in ${mode(controller.livemode)} only.`;
  return undefined;
}

const mode = (livemode: boolean) => (livemode ? "live mode" : "test mode");

function authorizePage(simulator: Simulator, { client }: Asked, fields: Fields, problem?: string): Html {
  const platform = nameOf(accountOf(simulator, client.platform));
  const accounts = allAccounts(simulator).filter(({ id }) => !isPlatform(simulator, id));
  // Whose an account is that is there, the simulator does not know: the first may be the Vendor's of another Space.
  const chosen = fields.account || "new";
  return page(
    `Connect with ${platform}`,
    html`
      <h1>Connect with ${platform}</h1>
      <p>${platform} wants to see your payments and to take payments for you.</p>
      ${client.livemode ? "" : html`<p class="note" id="test-mode">This is test mode: nothing real is connected and no money moves.</p>`}
      ${problem && html`<p class="bad note" role="alert">${problem}</p>`}
      <form method="post" class="stack">
        <fieldset class="card choices">
          <legend>Which account?</legend>
          ${accounts.map((account) => choice(simulator, client, account, chosen))}
          <label class="choice"><input type="radio" name="account" value="new" ${chosen === "new" ? "checked" : ""} /> <span>A new account</span></label>
          <div class="indented">
            <label for="name">Name of the new account</label>
            <input id="name" name="name" type="text" autocomplete="organization" value="${fields.name ?? ""}" />
            <label for="country">Country, two letters</label>
            <input id="country" name="country" type="text" autocomplete="country" maxlength="2" value="${fields.country || "US"}" />
          </div>
        </fieldset>
        <button class="main" name="do" value="connect">Connect</button>
        <button name="do" value="deny">Deny</button>
      </form>
      <p><small>This page is the Stripe simulator's: it stands for signing in to Stripe.</small></p>
    `,
    { narrow: true },
  );
}

function choice(simulator: Simulator, client: ClientId, account: Stripe.Account, chosen: string): Html {
  const obstacle = whyNot(simulator, client, account.id);
  const connected = isConnected(simulator, client.platform, {
    account: account.id,
    livemode: client.livemode,
  });
  return html`<label class="choice">
    <input type="radio" name="account" value="${account.id}" ${obstacle ? "disabled" : account.id === chosen ? "checked" : ""} />
    <span>${titleOf(account)} <code>${account.id}</code>
      ${(obstacle || connected) && html`<br /><small>${obstacle ?? "Connected already."}</small>`}</span>
  </label>`;
}

/** Never a redirect: the address to go back to is what cannot be trusted. */
const refusal = (c: Context, why: string) =>
  c.html(
    page(
      "Invalid request",
      html`<h1>Invalid request</h1><p class="bad note" role="alert">${why}</p>
        <p>Client ids and their redirect URIs are on the <a href="/#accounts">dashboard</a>.</p>`,
      { narrow: true },
    ),
    400,
  );
