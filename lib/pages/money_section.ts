import type { Marketplace } from "../marketplaces/marketplace.ts";
import { type Decision, decisionsFor } from "../money/decide_split.ts";
import { formatMoney } from "../money/format_money.ts";
import type { Order } from "../orders/order.ts";
import type { OrderJson } from "../orders/present_order.ts";
import { type Money, NO_DECISIONS, splitOf } from "../orders/split.ts";
import type { Session } from "../session/session.ts";
import { splitPath, stripeUrl } from "../urls.ts";
import { AskFirst, Form } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { SPLIT_WORDS } from "./order_status.ts";
import { ProofLine } from "./proof.ts";
import { Status, type Words } from "./status.ts";
import { Table } from "./table.ts";
import { Time } from "./time.ts";

type SplitFacts = { marketplace: Marketplace; order: Order; session: Session | undefined };

/** What the Vendor gets of an Order, why it stands as it does, and what a person can do, whose session it is. */
export function SplitSection({ marketplace, order, session }: SplitFacts): VNode {
  const { status, detail, since } = splitOf(order);
  return html`
    <section aria-labelledby="money">
      <h2 id="money">Payment split <${Status} words=${SPLIT_WORDS[status]} /></h2>
      <p>
        ${detail}
        ${status === "on_hold" && html` <span class="soft">Since <${Time} at=${since} />.</span>`}
      </p>
      ${order.money && html`<${VendorStatement} order=${order} money=${order.money} />`}
      ${session && html`<${Decisions} marketplace=${marketplace} order=${order} session=${session} />`}
    </section>
  `;
}

/** A line that is there if it has something. */
const line = (words: string, of: number, amount: (of: number) => string, note?: string) =>
  of !== 0 &&
  html`<tr>
    <th scope="row">${words}${note && html`<br /><span class="soft">${note}</span>`}</th>
    <td>${amount(of)}</td>
  </tr>`;

const sum = (words: string, amount: string) =>
  html`<tr class="sum"><th scope="row">${words}</th><td>${amount}</td></tr>`;

/** What is due to the Vendor, and what became of that. */
function VendorStatement({ order, money }: { order: Order; money: Money }): VNode {
  const { currency, share, target, sent, reversed, net } = money;
  const { written_off, given_up } = order.decisions ?? NO_DECISIONS;
  const amount = (of: number) => formatMoney(of, currency);
  const products = productsOf(order, money);
  const kept = Math.min(written_off, Math.max(0, net - target));
  const givenUp = Math.min(given_up, Math.max(0, target - net));
  const open = target - net + kept - givenUp;
  return html`
    <table class="statement">
      <caption class="unseen">What the Vendor gets, in ${currency.toUpperCase()}</caption>
      <tbody>
        ${line("Products sold", products, amount)}
        ${line("Stripe's fee", share - products, amount)}
        ${line("Refunds and disputes, Vendor's part", target - share, amount)}
        ${sum("Due to the Vendor", amount(target))}
        ${line("Sent", -sent, amount)}
        ${line("Taken back", reversed, amount)}
        ${line("Written off", kept, amount)}
        ${line("Left as it is", -givenUp, amount)}
        ${sum(open < 0 ? "Owed by the Vendor" : "Still to send", amount(Math.abs(open)))}
      </tbody>
    </table>
  `;
}

/** What the products brought, in the currency that is settled in; the fee may be more than that (lib/reckoning, `shareOf`). */
const productsOf = ({ product_total }: Order, { gross, captured, fee, share }: Money): number =>
  share > 0 ? share + fee : Math.floor((product_total * gross) / (captured || 1));

/** What the Distributor keeps: each line takes its amount from what is left. */
export function KeptSection({ order, money }: { order: Order; money: Money }): VNode {
  const amount = (of: number) => formatMoney(of, money.currency);
  const isExchanged = money.currency !== order.currency;
  const inSettlement = (of: number) =>
    isExchanged ? Math.round((of * money.gross) / order.amount_total) : of;
  const [refunded, disputed] = [inSettlement(money.refunded), inSettlement(money.disputed)];
  const kept = money.gross - money.fee - refunded - disputed - money.dispute_fees - money.net - money.others;
  const about = (words: string) => (isExchanged && refunded + disputed > 0 ? `About: ${words}` : words);
  const own = (of: number) => (isExchanged ? formatMoney(of, order.currency) : undefined);
  return html`
    <section aria-labelledby="kept">
      <h2 id="kept">The Distributor's part</h2>
      <table class="statement">
        <caption class="unseen">What the Distributor keeps or loses, in ${money.currency.toUpperCase()}</caption>
        <tbody>
          ${line("The buyer paid", money.gross, amount, own(order.amount_total))}
          ${line("Stripe's fee", -money.fee, amount)}
          ${line(about("Refunded"), -refunded, amount, own(money.refunded))}
          ${line(about("Disputed"), -disputed, amount, own(money.disputed))}
          ${line("Stripe's fees for disputes", -money.dispute_fees, amount)}
          ${line("The Vendor holds", -money.net, amount)}
          ${line("Sent to other accounts", -money.others, amount)}
          ${sum(about(kept < 0 ? "The Distributor loses" : "The Distributor keeps"), amount(Math.abs(kept)))}
        </tbody>
      </table>
      ${order.proof && html`<${ProofLine} proof=${order.proof} currency=${money.currency} />`}
    </section>
  `;
}

function Decisions({ marketplace, order, session }: SplitFacts): VNode {
  const decisions: Decision[] = [...decisionsFor(order), "try_now"];
  const action = splitPath(marketplace, order.id);
  return html`<div class="actions">
    ${decisions.map((decision) => {
      const form = { action, session, button: buttonOf(decision, order) };
      const fields = html`
        <input type="hidden" name="do" value=${decision} />
        ${decision !== "try_now" && html`<input type="hidden" name="version" value=${String(order.version ?? 0)} />`}
      `;
      const says = finalWords(decision, order);
      return says
        ? html`<${AskFirst} ...${form} says=${says}>${fields}<//>`
        : html`<${Form} ...${form} quiet>${fields}<//>`;
    })}
    <a href=${action}>Preview</a>
  </div>`;
}

/** What a decision gives up for good: no other one takes it back. */
function finalWords(decision: Decision, { money, currency }: Order): string | undefined {
  const owed = formatMoney(money?.owed ?? 0, money?.currency ?? currency);
  switch (decision) {
    case "write_off":
      return `The Vendor no longer owes ${owed}, and the Distributor bears it. This cannot be undone.`;
    case "leave":
      return "What was moved by hand stays as it is, and nothing more is sent or taken back for it. This cannot be undone.";
    default:
      return undefined;
  }
}

/** A button says what it moves, and to whom. */
function buttonOf(decision: Decision, order: Order): string {
  const { money, vendor_account = "the Vendor" } = order;
  const amount = (of: number) => formatMoney(of, money?.currency ?? order.currency);
  const short = money ? Math.max(0, money.target - money.net) : undefined;
  switch (decision) {
    case "try_now":
      return "Check now";
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

/** The money that was moved from here, and why. */
export const MovementsSection = ({
  order,
  movements,
  isManaged,
}: {
  order: Order;
  movements: OrderJson["movements"];
  isManaged: boolean;
}): VNode => html`
  <section aria-labelledby="movements">
    <h2 id="movements">Money moved</h2>
    <${Table}
      caption="Oldest first"
      columns=${["What", "State", "At Stripe", { label: "Amount", amount: true }, { label: "When", amount: true }]}
      rows=${movements.map(({ kind, amount, currency, state, stripe, because, at }) => [
        html`${KIND_WORDS[kind]}<br /><span class="soft">${because}</span>`,
        html`<${Status} words=${STATE_WORDS[state]} />`,
        stripe &&
          (isManaged
            ? html`<a href=${stripeUrl(stripe, order.livemode)}><code>${stripe}</code></a>`
            : html`<code>${stripe}</code>`),
        formatMoney(amount, currency),
        html`<${Time} at=${at} />`,
      ])}
    />
  </section>
`;

const KIND_WORDS: Record<OrderJson["movements"][number]["kind"], string> = {
  transfer: "To the Vendor",
  reversal: "Back from the Vendor",
  refund: "Back to the buyer",
};
const STATE_WORDS: Record<OrderJson["movements"][number]["state"], Words> = {
  planned: ["Not confirmed yet", "waiting"],
  done: ["Done", "good"],
  refused: ["Refused by Stripe", "bad"],
  abandoned: ["Never happened", "soft"],
};
