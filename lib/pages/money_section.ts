import type { Marketplace } from "../marketplaces/marketplace.ts";
import { type Decision, decisionsFor } from "../money/decide_split.ts";
import { formatMoney } from "../money/format_money.ts";
import type { Order } from "../orders/order.ts";
import type { OrderJson } from "../orders/present_order.ts";
import { splitPath, stripeUrl } from "../urls.ts";
import { Form } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { SPLIT_WORDS } from "./order_status.ts";
import { ProofLine } from "./proof.ts";
import type { PageContext } from "./route.ts";
import { Status } from "./status.ts";
import { Time } from "./time.ts";

type Facts = { marketplace: Marketplace; order: Order; json: OrderJson; visit: PageContext };

/** Where an Order's money is: a small statement that adds up, the split with its reason, and what a person can do. */
export const MoneySection = ({ marketplace, order, json, visit }: Facts): VNode => html`
  <section aria-labelledby="money">
    <h2 id="money">Where the money is</h2>
    ${json.money && html`<${Statement} order=${order} money=${json.money} />`}
    <p>
      <strong>Payment split:</strong>${" "}<${Status} words=${SPLIT_WORDS[json.split.status]} />${" "}
      ${json.split.detail}${" "}
      ${json.split.status === "on_hold" && html`<span class="soft">since <${Time} at=${json.split.since} /></span>`}
    </p>
    ${order.proof && html`<${ProofLine} proof=${order.proof} currency=${order.money?.currency ?? order.currency} />`}
    ${order.open_dispute && html`<${Dispute} order=${order} />`}
    ${order.status === "paid" && isForMembers(visit) && html`<${Decisions} marketplace=${marketplace} order=${order} visit=${visit} />`}
    ${json.movements.length > 0 && html`<${Movements} order=${order} movements=${json.movements} />`}
  </section>
`;

/** Moving money takes a person who manages the Space. */
export const isForMembers = ({ access }: PageContext): boolean =>
  access.session !== undefined && (access.role === "member" || access.role === "operator");

/** Each line takes its amount from what is left; the last line is what stays with the Distributor. */
function Statement({ order, money }: { order: Order; money: NonNullable<OrderJson["money"]> }): VNode {
  const amount = (of: number) => formatMoney(of, money.currency);
  const isExchanged = money.currency !== order.currency;
  const inSettlement = (of: number) =>
    isExchanged ? Math.round((of * money.gross) / order.amount_total) : of;
  const [refunded, disputed] = [inSettlement(money.refunded), inSettlement(money.disputed)];
  const others = order.money?.others ?? 0;
  const kept = money.gross - money.fee - refunded - disputed - money.dispute_fees - money.net - others;
  const about = isExchanged && refunded + disputed > 0 ? "about " : "";
  const line = (what: string, of: number, note?: string) =>
    of !== 0 &&
    html`<tr>
      <th scope="row">${what}${note && html`<br /><span class="soft">${note}</span>`}</th>
      <td>${amount(-of)}</td>
    </tr>`;
  return html`
    <table class="statement">
      <caption class="soft">In ${money.currency.toUpperCase()}, as Stripe says</caption>
      <tbody>
        <tr><th scope="row">The buyer paid</th><td>${amount(money.gross)}</td></tr>
        ${line("Stripe's fee", money.fee)}
        ${line(`${about}Refunded`, refunded, isExchanged ? formatMoney(money.refunded, order.currency) : undefined)}
        ${line(`${about}Disputed`, disputed, isExchanged ? formatMoney(money.disputed, order.currency) : undefined)}
        ${line("Stripe's fees for disputes", money.dispute_fees)}
        ${line("The Vendor holds", money.net, vendorNote(money, amount))}
        ${line("Sent to other accounts", others)}
        <tr class="sum"><th scope="row">${about}The Distributor keeps</th><td>${amount(kept)}</td></tr>
      </tbody>
    </table>
  `;
}

function vendorNote(
  { target, net, sent, reversed, owed, written_off }: NonNullable<OrderJson["money"]>,
  amount: (of: number) => string,
): string {
  const parts = [
    `should hold ${amount(target)}`,
    reversed > 0 ? `was sent ${amount(sent)}, gave back ${amount(reversed)}` : undefined,
    owed > 0 ? `owes ${amount(owed)}` : undefined,
    written_off > 0 ? `${amount(written_off)} written off` : undefined,
  ];
  return target === net && reversed === 0 ? "as they should" : parts.filter(Boolean).join("; ");
}

const Dispute = ({ order: { open_dispute, currency } }: { order: Order }): VNode => html`
  <p>
    <strong class="bad">Disputed</strong> The buyer's bank asks for${" "}
    ${formatMoney(open_dispute?.amount ?? 0, currency)}.${" "}
    ${
      open_dispute?.evidence_due_by &&
      html`Stripe takes evidence until <${Time} at=${new Date(open_dispute.evidence_due_by * 1000).toISOString()} />.`
    }
  </p>
`;

function Decisions({ marketplace, order, visit }: Omit<Facts, "json">): VNode {
  const { session } = visit.access;
  const decisions: Decision[] = ["try_now", ...decisionsFor(order)];
  return html`<div class="actions">
    ${decisions.map(
      (
        decision,
      ) => html`<${Form} action=${splitPath(marketplace, order.id)} session=${session} button=${buttonOf(decision, order)} quiet>
        <input type="hidden" name="do" value=${decision} />
        ${decision !== "try_now" && html`<input type="hidden" name="version" value=${String(order.version ?? 0)} />`}
      <//>`,
    )}
  </div>
  <p><a href=${splitPath(marketplace, order.id)}>What would be done</a></p>`;
}

/** A button says what it moves, and to whom. */
function buttonOf(decision: Decision, order: Order): string {
  const { money, vendor_account = "the Vendor" } = order;
  const amount = (of: number) => formatMoney(of, money?.currency ?? order.currency);
  const short = money ? Math.max(0, money.target - money.net) : undefined;
  switch (decision) {
    case "try_now":
      return "Look now";
    case "send":
      return short === undefined
        ? `Send the share to ${vendor_account}`
        : `Send ${amount(short)} to ${vendor_account}`;
    case "write_off":
      return `Write off ${amount(money?.owed ?? 0)}`;
    case "take_back":
      return `Take ${amount(money?.owed ?? 0)} back`;
    case "leave":
      return "Leave it as it is";
  }
}

const Movements = ({ order, movements }: { order: Order; movements: OrderJson["movements"] }): VNode => html`
  <h3>Movements</h3>
  <ul class="rows">
    ${movements.map(
      ({ kind, amount, currency, state, stripe, because, at }) => html`<li>
        <span>
          ${KIND_WORDS[kind]} <strong>${formatMoney(amount, currency)}</strong>, ${STATE_WORDS[state]}${" "}
          ${stripe && html`<a href=${stripeUrl(stripe, order.livemode)}><code>${stripe}</code></a>`}
          <br /><span class="soft">${because}</span>
        </span>
        <span class="soft"><${Time} at=${at} /></span>
      </li>`,
    )}
  </ul>
`;

const KIND_WORDS: Record<OrderJson["movements"][number]["kind"], string> = {
  transfer: "To the Vendor",
  reversal: "Back from the Vendor",
  refund: "Back to the buyer",
};
const STATE_WORDS: Record<OrderJson["movements"][number]["state"], string> = {
  planned: "not confirmed yet",
  done: "done",
  refused: "refused by Stripe",
  abandoned: "never happened",
};
