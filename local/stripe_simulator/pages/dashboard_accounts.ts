import { html } from "hono/html";
import type Stripe from "stripe";
import * as v from "valibot";
import { Faults, faultsOf, hasNoFaults } from "../state/faults.ts";
import { keysOf } from "../state/keys.ts";
import type { Simulator } from "../state/simulator.ts";
import { connectPart } from "./dashboard_connect.ts";
import { balancePart } from "./dashboard_money.ts";
import { accountTitle, type Html } from "./layout.ts";

/** A form omits checkboxes that are not checked. */
const checkbox = v.pipe(
  v.optional(v.string()),
  v.transform((value) => value !== undefined),
);
const count = v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(0));

export const FaultsForm = v.object({
  late_fee: checkbox,
  refund_pending: Faults.entries.refund_pending,
  reversal_refused: checkbox,
  duplicate_deliveries: checkbox,
  disorder: checkbox,
  rate_limit: count,
  unavailable: count,
  error_before_effect: count,
  error_after_success: count,
  slow_ms: count,
  late_effect: checkbox,
  only: v.pipe(v.string(), v.trim()),
});

export const accountsPart = (simulator: Simulator, accounts: Stripe.Account[]): Html =>
  accounts.length === 0
    ? html`<p class="soft">None yet: <code>POST /simulator/accounts</code> creates one.</p>`
    : html`${accounts.map((account) => accountCard(simulator, account))}`;

function accountCard(simulator: Simulator, account: Stripe.Account): Html {
  const { secret_keys, restricted_keys } = keysOf(simulator, account.id);
  return html`<section aria-labelledby="${account.id}">
    <h3 id="${account.id}">${accountTitle(account)} <code>${account.id}</code></h3>
    <p class="soft">${account.country}, ${account.default_currency?.toUpperCase()}</p>
    <dl>
      ${secret_keys.map((key) => html`<dt>Secret key</dt><dd><code>${key}</code></dd>`)}
      ${restricted_keys.map(({ key, permissions }) => html`<dt>Restricted key</dt><dd><code>${key}</code> <span class="soft">${permissions.join(", ")}</span></dd>`)}
    </dl>
    ${balancePart(simulator, account)}
    ${connectPart(simulator, account.id)}
    ${faultsForm(account.id, faultsOf(simulator, account.id))}
  </section>`;
}

const faultsForm = (account: string, faults: Faults) => html`
  <details ${hasNoFaults(faults) ? "" : "open"}>
    <summary>Faults</summary>
    <form method="post" action="/dashboard/weather/${account}">
      <fieldset class="faults" aria-label="Faults">
        ${checkboxField("late_fee", "Settle fees late", faults.late_fee)}
        <label>Refunds are pending
          <select name="refund_pending">
            ${REFUND_PENDING.map(([value, label]) => html`<option value="${value}" ${value === faults.refund_pending ? "selected" : ""}>${label}</option>`)}
          </select></label>
        ${checkboxField("reversal_refused", "Refuse reversals", faults.reversal_refused)}
        ${checkboxField("duplicate_deliveries", "Deliver events twice", faults.duplicate_deliveries)}
        ${checkboxField("disorder", "Deliver events out of order", faults.disorder)}
        ${numberField("rate_limit", "429 for the next requests", faults.rate_limit)}
        ${numberField("unavailable", "503 for the next requests", faults.unavailable)}
        ${numberField("error_before_effect", "500 instead of success for the next requests", faults.error_before_effect)}
        ${numberField("error_after_success", "500 after success for the next requests", faults.error_after_success)}
        ${numberField("slow_ms", "Delay responses by (ms)", faults.slow_ms)}
        ${checkboxField("late_effect", "Take effect after the delay", faults.late_effect)}
        <label>Only for paths that begin with<input type="text" name="only" value="${faults.only}" placeholder="/v1/account_links" /></label>
        <button class="quiet">Change</button>
      </fieldset>
    </form>
  </details>
`;

const REFUND_PENDING: [Faults["refund_pending"], string][] = [
  ["", "never"],
  ["processing", "until the bank answers"],
  ["insufficient_funds", "without enough money"],
];

const checkboxField = (name: keyof Faults, label: string, on: boolean) =>
  html`<label><input type="checkbox" name="${name}" ${on ? "checked" : ""} /> ${label}</label>`;

const numberField = (name: keyof Faults, label: string, value: number) =>
  html`<label>${label}<input type="number" name="${name}" min="0" value="${value}" /></label>`;
