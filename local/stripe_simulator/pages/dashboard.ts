import { Hono } from "hono";
import { html } from "hono/html";
import type Stripe from "stripe";
import * as v from "valibot";
import { formatMoney } from "../../../lib/money/format_money.ts";
import { shortId } from "../../../lib/pages/short_id.ts";
import { applyTransition, Transition } from "../accounts/onboarding.ts";
import { ApiError, resourceMissing } from "../api/errors.ts";
import { Action, isWaitingForBank, performAction } from "../checkout/actions.ts";
import { noRequest } from "../core/cause.ts";
import { resend } from "../events/emit.ts";
import { deauthorizeEverywhere } from "../oauth/authorizations.ts";
import { addRedirectUri, isPlatform, removeRedirectUri } from "../oauth/client_ids.ts";
import { allAccounts, findAccount } from "../state/accounts.ts";
import { setFaults } from "../state/faults.ts";
import type { Simulator } from "../state/simulator.ts";
import { deliveriesOf } from "../webhooks/deliveries.ts";
import { accountsPart, FaultsForm } from "./dashboard_accounts.ts";
import { moneyPart, moneyRoutes } from "./dashboard_money.ts";
import {
  accountTitle,
  back,
  type Html,
  nothingYet,
  page,
  pageHeaders,
  pill,
  sameSiteOnly,
  shortened,
  table,
  trouble,
  utcTime,
} from "./layout.ts";

const LATEST = 25;

const SessionForm = v.object({ action: Action });
const RedirectUriForm = v.object({
  do: v.picklist(["add", "remove"]),
  client_id: v.string(),
  redirect_uri: v.pipe(v.string(), v.trim()),
});
const OnboardingForm = v.object({ do: Transition });
const DeauthorizeForm = v.object({ platform: v.string() });

/** The simulator at a glance, with buttons to make things happen. */
export function dashboardRoutes(simulator: Simulator): Hono {
  const routes = new Hono();
  routes.use(pageHeaders, sameSiteOnly);
  routes.get("/", (c) => c.html(dashboard(simulator)));

  routes.post("/dashboard/checkout_sessions/:id", async (c) => {
    const { action } = v.parse(SessionForm, await c.req.parseBody());
    performAction(simulator, c.req.param("id"), action);
    return back(c);
  });

  routes.route("/dashboard", moneyRoutes(simulator));

  routes.post("/dashboard/events/:id/send", (c) => {
    resend(simulator, c.req.param("id"));
    return back(c);
  });

  routes.post("/dashboard/redirect_uris", async (c) => {
    const form = v.parse(RedirectUriForm, await c.req.parseBody());
    if (form.do === "add") addRedirectUri(simulator, form.client_id, form.redirect_uri);
    else removeRedirectUri(simulator, form.client_id, form.redirect_uri);
    return back(c);
  });

  routes.post("/dashboard/accounts/:id/onboarding", async (c) => {
    const form = v.parse(OnboardingForm, await c.req.parseBody());
    applyTransition(simulator, knownAccount(simulator, c.req.param("id")), form.do);
    return back(c);
  });

  routes.post("/dashboard/accounts/:id/deauthorize", async (c) => {
    const { platform } = v.parse(DeauthorizeForm, await c.req.parseBody());
    deauthorizeEverywhere(simulator, platform, c.req.param("id"), noRequest);
    return back(c);
  });

  routes.post("/dashboard/weather/:account", async (c) => {
    setFaults(simulator, c.req.param("account"), v.parse(FaultsForm, await c.req.parseBody()));
    return back(c);
  });

  routes.onError((error, c) => {
    const refused = error instanceof ApiError || error instanceof v.ValiError;
    if (!refused) console.error(error);
    const message = refused ? error.message : "Something went wrong in the simulator; its output says what.";
    const body = html`<h1>That did not work</h1>${trouble(message)}<p><a href="/">Back to the dashboard</a></p>`;
    return c.html(page("That did not work", body, { narrow: true }), refused ? 400 : 500);
  });

  return routes;
}

function knownAccount(simulator: Simulator, id: string): string {
  if (!findAccount(simulator, id)) throw resourceMissing("account", id, "id");
  return id;
}

const dashboard = (simulator: Simulator) =>
  page(
    "Dashboard",
    html`
      <h1>Dashboard</h1>
      <p>
        The API is at <code>${simulator.origin}</code>. Point <code>stripe listen</code> here with
        <code>--api-base ${simulator.origin} --no-wss</code>. Keys and redirect URIs are below, with
        <a href="#accounts">each account</a>. Amounts are typed in the smallest unit of their currency: 1250 is $12.50.
      </p>
      <h2>Checkout Sessions</h2>
      ${sessionsPart(simulator)}
      ${moneyPart(simulator)}
      <h2>Events</h2>
      ${eventsPart(simulator)}
      <h2 id="accounts">Accounts</h2>
      ${accountsPart(simulator, platformsFirst(simulator))}
    `,
  );

/** Platforms (the Spaces' accounts) first; Vendors' accounts are listed in their platform's card too. */
function platformsFirst(simulator: Simulator): Stripe.Account[] {
  const [platforms, others] = [true, false].map((wanted) =>
    allAccounts(simulator).filter(({ id }) => isPlatform(simulator, id) === wanted),
  );
  return [...(platforms ?? []), ...(others ?? [])];
}

function sessionsPart(simulator: Simulator): Html {
  const sessions = simulator.store.latest("checkout.session", LATEST);
  if (sessions.length === 0) return nothingYet;
  return table(
    "Checkout Sessions",
    ["Session", "Seller", { amount: "Amount" }, "Status", "Created (UTC)", "Actions"],
    sessions.map((session) => [
      html`<a href="/c/pay/${session.id}" title="${session.id}"><code>${shortened(session.id)}</code></a>`,
      html`${sellerOf(simulator, session)}`,
      html`${formatMoney(session.amount_total ?? 0, session.currency ?? "usd")}`,
      sessionStatus(simulator, session),
      utcTime(session.created),
      sessionButtons(simulator, session),
    ]),
  );
}

function sellerOf(simulator: Simulator, { id }: Stripe.Checkout.Session): string {
  const account = findAccount(simulator, simulator.store.find("checkout.session", id)?.scope.account ?? "");
  return account ? accountTitle(account) : "";
}

function sessionStatus(simulator: Simulator, session: Stripe.Checkout.Session): Html {
  if (isWaitingForBank(simulator, session)) return pill(["waiting for the bank", "waiting"]);
  const { status, payment_status } = session;
  if (status === "complete" && payment_status === "unpaid") return pill(["payment failed", "bad"]);
  return pill(status === "complete" ? ["paid", "good"] : [status ?? "", "soft"]);
}

function sessionButtons(simulator: Simulator, session: Stripe.Checkout.Session): Html {
  const form = (
    buttons: [Action, string][],
  ) => html`<form method="post" action="/dashboard/checkout_sessions/${session.id}">
    ${session.status === "open" && html`<a href="/c/pay/${session.id}">Pay</a>`}
    ${buttons.map(([action, label]) => html`<button class="quiet" name="action" value="${action}" aria-label="${label} ${session.id}">${label}</button>`)}
  </form>`;
  if (session.status === "open") return form([["expire", "Expire"]]);
  if (!isWaitingForBank(simulator, session)) return html``;
  return form([
    ["bank_pays", "Bank pays"],
    ["bank_refuses", "Bank refuses"],
  ]);
}

function eventsPart(simulator: Simulator): Html {
  const events = simulator.store.latest("event", LATEST);
  if (events.length === 0) return nothingYet;
  return table(
    "Events",
    ["Type", "Object", "When (UTC)", "Deliveries", "Actions"],
    events.map((event) => [
      html`${event.type}<br /><code class="soft">${event.id}</code>`,
      html`${"id" in event.data.object && html`<code title="${event.data.object.id}">${shortened(String(event.data.object.id))}</code>`}`,
      utcTime(event.created),
      outcomes(simulator, event),
      html`<form method="post" action="/dashboard/events/${event.id}/send">
        <button class="quiet" aria-label="Send again ${event.id}">Send again</button>
      </form>`,
    ]),
  );
}

function outcomes(simulator: Simulator, event: Stripe.Event): Html {
  const deliveries = deliveriesOf(simulator, event.id);
  if (deliveries.length === 0) return html`<span class="soft">no endpoint subscribed</span>`;
  return html`${deliveries.map(({ target, state, outcome, attempts }) => {
    const who = target.startsWith("cliws_") ? "stripe listen" : shortId(target);
    const tries = attempts > 1 ? ` after ${attempts} tries` : "";
    const colour = state === "succeeded" ? "good" : state === "failed" ? "bad" : "";
    return html`<div class="${colour}">${who}: ${state}${tries} <span class="soft">${outcome}</span></div>`;
  })}`;
}
