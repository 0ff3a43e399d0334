import { type Context, Hono } from "hono";
import { html } from "hono/html";
import type Stripe from "stripe";
import * as v from "valibot";
import { ensureAccount } from "../accounts/new_account.ts";
import { newAuthorizationCode } from "../oauth/authorization_codes.ts";
import { type ClientId, findClientId, isPlatform } from "../oauth/client_ids.ts";
import { allAccounts, displayName, findAccount, getAccount } from "../state/accounts.ts";
import { controllerOf, isConnected } from "../state/connections.ts";
import type { Simulator } from "../state/simulator.ts";
import { accountTitle, type Html, page, pageHeaders, sameSiteOnly, trouble } from "./layout.ts";

/** `GET /oauth/authorize` (https://docs.stripe.com/connect/oauth-reference): where an account's owner connects it to
 *  a platform. Its state is in its URL, to which the form is posted. */
export function authorizeRoutes(simulator: Simulator): Hono {
  const routes = new Hono();
  routes.use(pageHeaders, sameSiteOnly);

  routes.get("/", (c) => {
    const request = parseRequest(simulator, c);
    if (typeof request === "string") return errorPage(c, request);
    if (!request.scope) return sendBack(c, request, INVALID_SCOPE);
    return c.html(authorizePage(simulator, request, prefilled(c)));
  });

  routes.post("/", async (c) => {
    const request = parseRequest(simulator, c);
    if (typeof request === "string") return errorPage(c, request);
    if (!request.scope) return sendBack(c, request, INVALID_SCOPE);
    const form = v.safeParse(Form, await c.req.parseBody());
    if (form.success && form.output.do === "deny") return sendBack(c, request, DENIED);
    const chosen = form.success
      ? chooseAccount(simulator, request.client, form.output)
      : "Choose an account first.";
    if (typeof chosen === "string")
      return c.html(
        authorizePage(simulator, request, form.success ? form.output : prefilled(c), chosen),
        400,
      );
    const code = newAuthorizationCode(simulator, {
      client_id: request.client.id,
      account: chosen.id,
      scope: request.scope,
    });
    return sendBack(c, request, { scope: request.scope, code });
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

interface AuthorizeRequest {
  client: ClientId;
  redirectUri: string;
  state: string | undefined;
  /** Undefined if invalid. */
  scope: "read_only" | "read_write" | undefined;
}

/** What the URL asks for, or the error if it is not safe to redirect back. */
function parseRequest(simulator: Simulator, c: Context): AuthorizeRequest | string {
  const { client_id = "", redirect_uri, response_type, state, scope = "read_only" } = c.req.query();
  const client = findClientId(simulator, client_id);
  if (!client) return `No application matches the supplied client identifier: '${client_id}'.`;
  if (response_type !== "code") return "The only response_type is 'code'.";
  // Compared exactly: an extra slash or different case makes a different URI.
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

/** The other fields of `stripe_user` prefill a form that the simulator does not have. */
const prefilled = (c: Context): Fields => ({
  name: c.req.query("stripe_user[business_name]"),
  country: c.req.query("stripe_user[country]"),
});

function sendBack(c: Context, { redirectUri, state }: AuthorizeRequest, query: Record<string, string>) {
  const params = new URLSearchParams({ ...query, ...(state !== undefined && { state }) });
  return c.redirect(`${redirectUri}${redirectUri.includes("?") ? "&" : "?"}${params}`, 303);
}

/** The chosen or newly created account, or why it cannot be connected. */
function chooseAccount(
  simulator: Simulator,
  client: ClientId,
  { account, name = "", country = "" }: Fields,
): Stripe.Account | string {
  if (account === "new") {
    if (!name) return "Give the new account a name.";
    if (!/^[a-z]{2}$/i.test(country)) return "Enter the country as two letters, such as US.";
    return ensureAccount(simulator, { display_name: name, country: country.toUpperCase() });
  }
  const found = account && findAccount(simulator, account);
  if (!found) return "Choose an account first.";
  return connectObstacle(simulator, client, found.id) ?? found;
}

/** https://docs.stripe.com/connect/oauth-changes-for-standard-platforms */
function connectObstacle(simulator: Simulator, client: ClientId, account: string): string | undefined {
  if (isPlatform(simulator, account)) return "A platform's own account cannot be connected.";
  const controller = controllerOf(simulator, account);
  if (!controller) return undefined;
  if (controller.platform !== client.platform)
    return `${displayName(getAccount(simulator, controller.platform))} controls this account: no other platform can connect to it.`;
  if (controller.livemode !== client.livemode)
    return `This account exists in ${mode(controller.livemode)} only.`;
  return undefined;
}

const mode = (livemode: boolean) => (livemode ? "live mode" : "test mode");

function authorizePage(
  simulator: Simulator,
  { client }: AuthorizeRequest,
  fields: Fields,
  problem?: string,
): Html {
  const platform = displayName(getAccount(simulator, client.platform));
  const accounts = allAccounts(simulator).filter(({ id }) => !isPlatform(simulator, id));
  // The simulator does not know who owns an existing account: it may be the Vendor of another Space.
  const chosen = fields.account || "new";
  return page(
    `Connect with ${platform}`,
    html`
      <h1>Connect with ${platform}</h1>
      <p>
        ${platform} wants to see your payments, and to take payments for
        you${client.livemode ? "" : ", in test mode"}.
      </p>
      ${problem && trouble(problem)}
      <form method="post" class="stack">
        <section>
          <fieldset>
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
        </section>
        <button name="do" value="connect">Connect</button>
        <button class="quiet" name="do" value="deny">Deny</button>
      </form>
    `,
    { narrow: true },
  );
}

function choice(simulator: Simulator, client: ClientId, account: Stripe.Account, chosen: string): Html {
  const obstacle = connectObstacle(simulator, client, account.id);
  const connected = isConnected(simulator, client.platform, {
    account: account.id,
    livemode: client.livemode,
  });
  return html`<label class="choice">
    <input type="radio" name="account" value="${account.id}" ${obstacle ? "disabled" : account.id === chosen ? "checked" : ""} />
    <span>${accountTitle(account)} <code>${account.id}</code>
      ${(obstacle || connected) && html`<br /><span class="soft">${obstacle ?? "Already connected."}</span>`}</span>
  </label>`;
}

/** Never a redirect: the redirect URI is what cannot be trusted. */
const errorPage = (c: Context, why: string) =>
  c.html(
    page(
      "Invalid request",
      html`<h1>Invalid request</h1>${trouble(why)}
        <p>Client ids and their redirect URIs are on the <a href="/#accounts">dashboard</a>, with each account.</p>`,
      { narrow: true },
    ),
    400,
  );
