import { html } from "hono/html";
import type Stripe from "stripe";
import * as v from "valibot";
import { connectedAccounts, keysOf, nameOf } from "../accounts.ts";
import { type Weather, weatherOf } from "../weather.ts";
import type { World } from "../world.ts";
import type { Html } from "./layout.ts";

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
});

export const accountsPart = (world: World, accounts: Stripe.Account[]): Html =>
  accounts.length === 0
    ? html`<p class="soft">None yet: <code>POST /simulator/accounts</code> makes one.</p>`
    : html`${accounts.map((account) => accountCard(world, account))}`;

function accountCard(world: World, account: Stripe.Account): Html {
  const connected = connectedAccounts(world, account.id);
  const { secret_keys, restricted_keys } = keysOf(world, account.id);
  return html`<section class="card">
    <strong>${nameOf(account)}</strong> <code>${account.id}</code>
    <div class="soft"><small>${account.country} · ${account.default_currency}</small></div>
    ${secret_keys.map((key) => html`<div><code>${key}</code></div>`)}
    ${restricted_keys.map(
      ({ key, permissions }) => html`<div><code>${key}</code> <small>${permissions.join(", ")}</small></div>`,
    )}
    ${connected.length > 0 && html`<p>Connected: ${connected.map((id) => html`<code>${id}</code> `)}</p>`}
    ${weatherForm(account.id, weatherOf(world, account.id))}
  </section>`;
}

const weatherForm = (account: string, weather: Weather) => html`
  <form method="post" action="/dashboard/weather/${account}">
    <fieldset>
      <legend>Weather</legend>
      ${tick("late_fee", "The fee comes late", weather.late_fee)}
      ${tick("duplicate_deliveries", "Events come twice", weather.duplicate_deliveries)}
      ${tick("disorder", "Events come in disorder", weather.disorder)}
      ${number("rate_limit", "429 for the next", weather.rate_limit)}
      ${number("unavailable", "503 for the next", weather.unavailable)}
      ${number("error_after_success", "500 after success for the next", weather.error_after_success)}
      <span class="small"><button>Change</button></span>
    </fieldset>
  </form>
`;

const tick = (name: keyof Weather, label: string, on: boolean) =>
  html`<label><input type="checkbox" name="${name}" ${on ? "checked" : ""} /> ${label}</label>`;

const number = (name: keyof Weather, label: string, value: number) =>
  html`<label>${label}<input type="number" name="${name}" min="0" value="${value}" /></label>`;
