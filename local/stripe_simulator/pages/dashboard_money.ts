import { Hono } from "hono";
import { html } from "hono/html";
import type Stripe from "stripe";
import * as v from "valibot";
import { formatMoney } from "../../../lib/money/format_money.ts";
import { resourceMissing } from "../api/errors.ts";
import { noRequest } from "../core/cause.ts";
import type { Kind, Objects, Scope } from "../core/objects.ts";
import { setAvailable } from "../payments/balance.ts";
import {
  actOnDispute,
  DisputeAction,
  isInquiry,
  openDispute,
  outstanding,
} from "../payments/dispute_case.ts";
import { failLate } from "../payments/late_failure.ts";
import { balanceOf } from "../payments/ledger.ts";
import { failPayout, payOut } from "../payments/payouts.ts";
import { actOnRefund, RefundAction, refundCharge } from "../payments/refunds.ts";
import { reverseTransfer } from "../payments/transfer_reversals.ts";
import { findAccount } from "../state/accounts.ts";
import { letTimePass } from "../state/clock.ts";
import { connectedAccounts } from "../state/connections.ts";
import type { Simulator } from "../state/simulator.ts";
import { accountTitle, back, type Column, type Html, pill, shortened, table, utcTime } from "./layout.ts";

const LATEST = 25;

/** A field that may be left empty, for all of it. */
const amount = v.optional(
  v.pipe(
    v.string(),
    v.transform((input) => (input === "" ? undefined : Number(input))),
    v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
  ),
);

const ChargeForm = v.object({ do: v.picklist(["refund", "dispute", "inquire", "fail_late"]), amount });
const TransferForm = v.object({ amount });
const RefundForm = v.object({ do: RefundAction });
const DisputeForm = v.object({ do: DisputeAction.entries.do, amount });
const BalanceForm = v.object({
  available: v.pipe(v.string(), v.nonEmpty(), v.transform(Number), v.safeInteger()),
  currency: v.pipe(v.string(), v.length(3)),
  mode: v.picklist(["test", "live"]),
});
const PayoutForm = v.object({
  currency: v.pipe(v.string(), v.length(3)),
  mode: v.picklist(["test", "live"]),
});
const ClockForm = v.object({ days: v.pipe(v.string(), v.transform(Number), v.safeInteger(), v.minValue(1)) });

const DAY_SECONDS = 24 * 60 * 60;

/** What happens to money outside of the API: in Stripe's own dashboard, at banks, and by time. */
export function moneyRoutes(simulator: Simulator): Hono {
  const routes = new Hono();

  routes.post("/charges/:id", async (c) => {
    const { do: action, ...form } = v.parse(ChargeForm, await c.req.parseBody());
    const { scope, object } = found(simulator, "charge", c.req.param("id"));
    const reason = "fraudulent";
    if (action === "fail_late") failLate(simulator, scope, object.id);
    else if (action === "refund")
      simulator.store.transaction(() =>
        refundCharge(simulator, scope, { ...form, charge: object.id }, noRequest),
      );
    else openDispute(simulator, scope, object.id, { ...form, reason, inquiry: action === "inquire" });
    return back(c);
  });

  routes.post("/transfers/:id", async (c) => {
    const form = v.parse(TransferForm, await c.req.parseBody());
    const { scope, object } = found(simulator, "transfer", c.req.param("id"));
    simulator.store.transaction(() => reverseTransfer(simulator, scope, object, form, noRequest));
    return back(c);
  });

  routes.post("/refunds/:id", async (c) => {
    const form = v.parse(RefundForm, await c.req.parseBody());
    const { scope, object } = found(simulator, "refund", c.req.param("id"));
    actOnRefund(simulator, scope, object.id, form.do);
    return back(c);
  });

  routes.post("/disputes/:id", async (c) => {
    const form = v.parse(DisputeForm, await c.req.parseBody());
    const { scope, object } = found(simulator, "dispute", c.req.param("id"));
    actOnDispute(simulator, scope, object.id, form);
    return back(c);
  });

  routes.post("/accounts/:id/balance", async (c) => {
    const { available, currency, mode } = v.parse(BalanceForm, await c.req.parseBody());
    setAvailable(simulator, { account: c.req.param("id"), livemode: mode === "live" }, available, currency);
    return back(c);
  });

  routes.post("/accounts/:id/payouts", async (c) => {
    const { currency, mode } = v.parse(PayoutForm, await c.req.parseBody());
    payOut(simulator, { account: c.req.param("id"), livemode: mode === "live" }, { currency });
    return back(c);
  });

  routes.post("/payouts/:id", async (c) => {
    const { scope, object } = found(simulator, "payout", c.req.param("id"));
    failPayout(simulator, scope, object.id);
    return back(c);
  });

  routes.post("/accounts/:id/clock", async (c) => {
    const { days } = v.parse(ClockForm, await c.req.parseBody());
    const id = c.req.param("id");
    simulator.store.transaction(() =>
      letTimePass(simulator, id, connectedAccounts(simulator, id), days * DAY_SECONDS),
    );
    simulator.runDueJobs();
    simulator.wake();
    return back(c);
  });

  return routes;
}

function found<K extends Kind>(
  { store }: Simulator,
  kind: K,
  id: string,
): { scope: Scope; object: Objects[K] } {
  const object = store.find(kind, id);
  if (!object) throw resourceMissing(kind, id, "id");
  return object;
}

/** Payments, transfers, refunds and disputes of all accounts; a table that would be empty is left out. */
export const moneyPart = (simulator: Simulator): Html => html`
  ${moneyTable(
    "Payments",
    ["Charge", { amount: "Amount" }, { amount: "Refunded" }, "Status"],
    simulator.store.latest("charge", LATEST).filter(({ source_transfer }) => !source_transfer),
    (charge) => [
      html`${formatMoney(charge.amount, charge.currency)}`,
      html`${charge.amount_refunded > 0 && formatMoney(charge.amount_refunded, charge.currency)}`,
      html`${status(charge.status)} ${charge.disputed && pill(["disputed", "bad"])} ${charge.paid && !charge.balance_transaction && pill(["fee not known yet", "waiting"])}`,
    ],
    (charge) =>
      charge.paid
        ? form(`charges/${charge.id}`, charge.id, [
            ["refund", "Refund"],
            ["dispute", "Dispute"],
            ["inquire", "Inquire"],
            ["fail_late", "Reverse the debit"],
          ])
        : html``,
  )}
  ${moneyTable(
    "Transfers",
    ["Transfer", { amount: "Amount" }, { amount: "Reversed" }, "To"],
    simulator.store.latest("transfer", LATEST),
    (transfer) => [
      html`${formatMoney(transfer.amount, transfer.currency)}`,
      html`${transfer.amount_reversed > 0 && formatMoney(transfer.amount_reversed, transfer.currency)}`,
      destination(simulator, String(transfer.destination)),
    ],
    (transfer) =>
      transfer.reversed ? html`` : form(`transfers/${transfer.id}`, transfer.id, [["reverse", "Reverse"]]),
  )}
  ${moneyTable(
    "Refunds",
    ["Refund", { amount: "Amount" }, "Of", "Status"],
    simulator.store
      .latest("refund", LATEST)
      .filter(({ source_transfer_reversal }) => !source_transfer_reversal),
    (refund) => [
      html`${formatMoney(refund.amount, refund.currency)}`,
      html`<code title="${refund.charge}">${shortened(String(refund.charge))}</code>`,
      html`${status(refund.status ?? "")} ${refund.pending_reason && inWords(refund.pending_reason)}`,
    ],
    ({ id, status }) => {
      const succeed: Button[] = status === "pending" ? [["succeed", "Succeed"]] : [];
      const fail: Button[] = status === "pending" || status === "succeeded" ? [["fail", "Fail"]] : [];
      return form(`refunds/${id}`, id, [...succeed, ...fail], false);
    },
  )}
  ${moneyTable(
    "Disputes",
    ["Dispute", { amount: "Amount" }, "Of", "Status"],
    simulator.store.latest("dispute", LATEST),
    (dispute) => [
      html`${formatMoney(dispute.amount, dispute.currency)}`,
      html`<code title="${dispute.charge}">${shortened(String(dispute.charge))}</code>`,
      status(dispute.status),
    ],
    (dispute) =>
      form(`disputes/${dispute.id}`, dispute.id, disputeButtons(dispute), outstanding(dispute) > 0),
  )}
  ${moneyTable(
    "Payouts",
    ["Payout", { amount: "Amount" }, "Made", "Status"],
    simulator.store.latest("payout", LATEST),
    (payout) => [
      html`${formatMoney(payout.amount, payout.currency)}`,
      html`${payout.automatic ? "automatically" : "by hand"}`,
      status(payout.status),
    ],
    ({ id, status }) => form(`payouts/${id}`, id, status === "paid" ? [["fail", "Fail"]] : [], false),
  )}
`;

function destination(simulator: Simulator, id: string): Html {
  const account = findAccount(simulator, id);
  return html`${account && accountTitle(account)}<br /><code class="soft">${id}</code>`;
}

const inWords = (code: string): string => code.replaceAll("_", " ");

const GOOD = ["succeeded", "paid", "won"];
const BAD = ["failed", "lost", "needs_response"];
const OVER = ["canceled", "warning_closed"];

/** What Stripe calls it, in words. */
const status = (code: string): Html =>
  pill([
    inWords(code),
    GOOD.includes(code) ? "good" : BAD.includes(code) ? "bad" : OVER.includes(code) ? "soft" : "waiting",
  ]);

type Button = [value: string, label: string];

function disputeButtons(dispute: Stripe.Dispute): Button[] {
  if (isInquiry(dispute))
    return [
      ["withdraw", "Withdraw funds"],
      ["close", "Close"],
    ];
  const decided = ["won", "lost", "warning_closed"].includes(dispute.status);
  const win: Button[] =
    dispute.status === "won" || dispute.status === "warning_closed" ? [] : [["win", "Win"]];
  const lose: Button[] = decided ? [] : [["lose", "Lose"]];
  const giveBack: Button[] = outstanding(dispute) > 0 ? [["return", "Return"]] : [];
  return [...win, ...lose, ...giveBack];
}

const form = (path: string, id: string, buttons: Button[], withAmount = true): Html =>
  buttons.length === 0
    ? html``
    : html`<form method="post" action="/dashboard/${path}">
        ${withAmount && html`<input type="number" name="amount" min="1" placeholder="all" aria-label="Amount, in the smallest unit, of ${id}" />`}
        ${buttons.map(
          ([value, label]) =>
            html`<button class="quiet" name="do" value="${value}" aria-label="${label} ${id}">${label}</button>`,
        )}
      </form>`;

function moneyTable<T extends { id: string; created: number }>(
  title: string,
  columns: Column[],
  rows: T[],
  cells: (row: T) => Html[],
  actions: (row: T) => Html,
): Html {
  if (rows.length === 0) return html``;
  return html`<h2>${title}</h2>
    ${table(
      title,
      [...columns, "Created (UTC)", "Actions"],
      rows.map((row) => [
        html`<code title="${row.id}">${shortened(row.id)}</code>`,
        ...cells(row),
        utcTime(row.created),
        actions(row),
      ]),
    )}`;
}

/** What an account has in each mode, and what changes it: payouts, top-ups and time. */
export const balancePart = (simulator: Simulator, account: Stripe.Account): Html => html`<div class="part">
  <h4>Balance</h4>
  <ul>
    ${[false, true].map((livemode) => modePart(balanceOf(simulator, { account: account.id, livemode }), account))}
  </ul>
  <form method="post" action="/dashboard/accounts/${account.id}/clock">
    <input type="hidden" name="days" value="3" />
    <button class="quiet" aria-label="Let three days pass for ${accountTitle(account)} (${account.id})">Let three days pass</button>
  </form>
</div>`;

function modePart(
  { available, pending, livemode }: Stripe.Balance,
  { id, default_currency }: Stripe.Account,
) {
  const mode = livemode ? "live" : "test";
  const moved = [...available, ...pending].some(({ amount }) => amount !== 0);
  if (livemode && !moved) return html``;
  const amounts = (of: Stripe.Balance["available"]) =>
    of.map(({ amount, currency }) => formatMoney(amount, currency)).join(", ");
  return html`<li>
    ${mode} mode: ${amounts(available)} available, ${amounts(pending)} pending
    <form method="post" action="/dashboard/accounts/${id}/balance">
      <input type="hidden" name="mode" value="${mode}" />
      <input type="hidden" name="currency" value="${default_currency ?? "usd"}" />
      <input type="number" name="available" required placeholder="1250" aria-label="Available, in the smallest unit of ${default_currency}, of ${id} in ${mode} mode" />
      <button class="quiet">Set what is available</button>
    </form>
    ${available.map(({ amount, currency }) => amount > 0 && payoutForm({ account: id, mode, currency }))}
  </li>`;
}

const payoutForm = ({
  account,
  mode,
  currency,
}: {
  account: string;
  mode: string;
  currency: string;
}): Html => html`
  <form method="post" action="/dashboard/accounts/${account}/payouts">
    <input type="hidden" name="mode" value="${mode}" />
    <input type="hidden" name="currency" value="${currency}" />
    <button class="quiet" aria-label="Pay out ${currency} of ${account} in ${mode} mode">Pay out ${currency.toUpperCase()}</button>
  </form>`;
