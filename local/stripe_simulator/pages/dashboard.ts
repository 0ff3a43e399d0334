import { Hono } from "hono";
import { html } from "hono/html";
import type Stripe from "stripe";
import * as v from "valibot";
import { formatMoney } from "../../../lib/money/format_money.ts";
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
import { back, type Html, page, pageHeaders, sameSiteOnly, shortened, utcTime } from "./layout.ts";

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
    const body = html`<h1>That did not work</h1><p class="bad note">${message}</p><p><a href="/">Back</a></p>`;
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
    "Stripe simulator",
    html`
      <h1>Stripe simulator</h1>
      <p class="soft">
        The API is at <code>${simulator.origin}</code>. Point <code>stripe listen</code> here with
        <code>--api-base ${simulator.origin} --no-wss</code>. The <a href="#accounts">accounts</a>, with their keys, are below.
      </p>
      <h2>Checkout Sessions</h2>
      ${sessionsPart(simulator)}
      ${moneyPart(simulator)}
      <h2>Events</h2>
      ${eventsPart(simulator)}
      <h2 id="accounts">Accounts, Connect and faults</h2>
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
  if (sessions.length === 0) return html`<p class="soft">None yet.</p>`;
  return html`<div class="card scroll">
    <table>
      <thead><tr><th scope="col">Session</th><th scope="col" class="number">Amount</th><th scope="col">Status</th><th scope="col">Created (UTC)</th><th scope="col">Actions</th></tr></thead>
      <tbody>
        ${sessions.map(
          (session) => html`<tr>
            <td><a href="/c/pay/${session.id}" title="${session.id}"><code>${shortened(session.id)}</code></a></td>
            <td class="number">${formatMoney(session.amount_total ?? 0, session.currency ?? "usd")}</td>
            <td>${session.status} · ${session.payment_status}${isWaitingForBank(simulator, session) ? " · waiting for the bank" : ""}</td>
            <td>${utcTime(session.created)}</td>
            <td class="small">${sessionButtons(simulator, session)}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function sessionButtons(simulator: Simulator, session: Stripe.Checkout.Session): Html {
  const button = (
    action: Action,
    label: string,
  ) => html`<form class="inline" method="post" action="/dashboard/checkout_sessions/${session.id}">
    <button name="action" value="${action}">${label}</button>
  </form>`;
  if (session.status === "open")
    return html`<a href="/c/pay/${session.id}">Pay</a> ${button("expire", "Expire")}`;
  if (isWaitingForBank(simulator, session))
    return html`${button("bank_pays", "Bank pays")} ${button("bank_refuses", "Bank refuses")}`;
  return html``;
}

function eventsPart(simulator: Simulator): Html {
  const events = simulator.store.latest("event", LATEST);
  if (events.length === 0) return html`<p class="soft">None yet.</p>`;
  return html`<div class="card scroll">
    <table>
      <thead><tr><th scope="col">Type</th><th scope="col">Object</th><th scope="col">When (UTC)</th><th scope="col">Deliveries</th><th scope="col">Actions</th></tr></thead>
      <tbody>
        ${events.map(
          (event) => html`<tr>
            <td>${event.type}<br /><small><code>${event.id}</code></small></td>
            <td>${"id" in event.data.object && html`<code title="${event.data.object.id}">${shortened(String(event.data.object.id))}</code>`}</td>
            <td>${utcTime(event.created)}</td>
            <td>${outcomes(simulator, event)}</td>
            <td class="small">
              <form method="post" action="/dashboard/events/${event.id}/send"><button>Send again</button></form>
            </td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function outcomes(simulator: Simulator, event: Stripe.Event): Html {
  const deliveries = deliveriesOf(simulator, event.id);
  if (deliveries.length === 0) return html`<span class="soft">no listeners</span>`;
  return html`${deliveries.map(({ target, state, outcome, attempts }) => {
    const who = target.startsWith("cliws_") ? "stripe listen" : shortened(target);
    const tries = attempts > 1 ? ` after ${attempts} tries` : "";
    const colour = state === "succeeded" ? "good" : state === "failed" ? "bad" : "";
    return html`<div class="${colour}">${who}: ${state}${tries} <small>${outcome}</small></div>`;
  })}`;
}
