import { html } from "hono/html";
import type Stripe from "stripe";
import * as v from "valibot";
import { isFair, type Weather, weatherOf } from "../state/faults.ts";
import { keysOf } from "../state/keys.ts";
import type { Simulator } from "../state/simulator.ts";
import { connectPart } from "./dashboard_connect.ts";
import { type Html, titleOf } from "./layout.ts";

/** A box that is not ticked is not in the form at all. */
const box = v.pipe(
  v.optional(v.string()),
  v.transform((value) => value !== undefined),
);
const count = v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(0));

export const WeatherForm = v.object({
  late_fee: box,
  duplicate_deliveries: box,
  disorder: box,
  rate_limit: count,
  unavailable: count,
  error_after_success: count,
  slow_ms: count,
  only: v.pipe(v.string(), v.trim()),
});

export const accountsPart = (simulator: Simulator, accounts: Stripe.Account[]): Html =>
  accounts.length === 0
    ? html`<p class="soft">None yet: <code>POST /simulator/accounts</code> makes one.</p>`
    : html`${accounts.map((account) => accountCard(simulator, account))}`;

function accountCard(simulator: Simulator, account: Stripe.Account): Html {
  const { secret_keys, restricted_keys } = keysOf(simulator, account.id);
  return html`<section class="card" aria-labelledby="${account.id}">
    <h3 id="${account.id}">${titleOf(account)} <code>${account.id}</code></h3>
    <div class="soft"><small>${account.country} · ${account.default_currency}</small></div>
    ${secret_keys.map((key) => html`<div><code>${key}</code></div>`)}
    ${restricted_keys.map(
      ({ key, permissions }) => html`<div><code>${key}</code> <small>${permissions.join(", ")}</small></div>`,
    )}
    ${connectPart(simulator, account.id)}
    ${weatherForm(account.id, weatherOf(simulator, account.id))}
  </section>`;
}

const weatherForm = (account: string, weather: Weather) => html`
  <details ${isFair(weather) ? "" : "open"}>
    <summary>Weather</summary>
    <form method="post" action="/dashboard/weather/${account}">
      <fieldset aria-label="Weather">
        ${tick("late_fee", "The fee comes late", weather.late_fee)}
        ${tick("duplicate_deliveries", "Events come twice", weather.duplicate_deliveries)}
        ${tick("disorder", "Events come in disorder", weather.disorder)}
        ${number("rate_limit", "429 for the next", weather.rate_limit)}
        ${number("unavailable", "503 for the next", weather.unavailable)}
        ${number("error_after_success", "500 after success for the next", weather.error_after_success)}
        ${number("slow_ms", "Answers late by ms", weather.slow_ms)}
        <label>Only for paths that begin with<input type="text" name="only" value="${weather.only}" placeholder="/v1/account_links" /></label>
        <span class="small"><button>Change</button></span>
      </fieldset>
    </form>
  </details>
`;

const tick = (name: keyof Weather, label: string, on: boolean) =>
  html`<label><input type="checkbox" name="${name}" ${on ? "checked" : ""} /> ${label}</label>`;

const number = (name: keyof Weather, label: string, value: number) =>
  html`<label>${label}<input type="number" name="${name}" min="0" value="${value}" /></label>`;
