import { formatMoney } from "../money/format_money.ts";
import type { Session } from "../session/session.ts";
import {
  completeUntil,
  type Findings,
  type MoneyFound,
  type MoneyProof,
  type Recovery,
} from "../spaces/recovery.ts";
import { spacePath } from "../urls.ts";
import { Form } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { Time } from "./time.ts";

type Facts = { space: string; recovery: Recovery | undefined; session: Session | undefined };

/** How far all that Stripe has is here, what was missing, and the button that asks for it. */
export const RecoverySection = ({ space, recovery, session }: Facts): VNode => html`
  <section aria-labelledby="recovery">
    <h2 id="recovery">Is everything here?</h2>
    <p class="hint">Once an hour Stripe is asked for what did not arrive, and that is put in.</p>
    ${recovery ? html`<${Found} recovery=${recovery} />` : html`<p>Stripe was not asked yet.</p>`}
    <${Form} action=${`${spacePath(space)}/recoveries`} session=${session} button="Ask Stripe now" quiet />
  </section>
`;

function Found({ recovery }: { recovery: Recovery }): VNode {
  const { out_of_reach, undelivered, found, money } = recovery;
  const until = completeUntil(recovery);
  return html`
    ${until && html`<p>Complete until <strong><${Time} at=${until} /></strong>: every event that Stripe lists from before is here.</p>`}
    ${
      out_of_reach &&
      html`<p><strong class="bad">Out of reach</strong> Events from <${Time} at=${out_of_reach.from} /> to${" "}
        <${Time} at=${out_of_reach.to} /> were never read, and Stripe lists none that are older than 30 days.</p>`
    }
    ${
      undelivered &&
      html`<p><strong class="bad">Not delivered</strong> ${counted(undelivered.events, "event")} of this account, the oldest of${" "}
        <${Time} at=${undelivered.oldest} />, did not come by <code>${undelivered.endpoint}</code>. They were put in on${" "}
        <${Time} at=${undelivered.at} />. Stripe's dashboard shows that endpoint's deliveries.</p>`
    }
    ${
      found &&
      html`<p>Stripe was last asked on <${Time} at=${found.at} />.</p>
        <ul class="rows">
          ${found.events && html`<${Events} found=${found.events} />`}
          ${found.accounts && html`<${Accounts} found=${found.accounts} />`}
          ${found.sessions && html`<${Sessions} found=${found.sessions} />`}
        </ul>`
    }
    ${money && html`<${Money} money=${money} />`}
  `;
}

const Events = ({ found }: { found: NonNullable<Findings["events"]> }): VNode => html`<li>
  <span>
    ${counted(found.listed, "event")} listed: ${found.known} known, <strong>${found.put_in} put in</strong>
    <${Trouble} trouble=${found.trouble} />
  </span>
</li>`;

const Accounts = ({ found }: { found: NonNullable<Findings["accounts"]> }): VNode => html`<li>
  <span>
    ${counted(found.listed, "connected account")} listed: ${counted(found.changed, "Marketplace")} changed, ${found.disconnected} disconnected${" "}
    <${Trouble} trouble=${found.trouble} />
  </span>
</li>`;

const Sessions = ({ found }: { found: NonNullable<Findings["sessions"]> }): VNode => html`<li>
  <span>
    ${counted(found.listed, "Checkout Session")} of the last 48 hours listed: ${found.orders} with Orders here,${" "}
    ${counted(found.brought_on, "Order")} brought on${found.restored > 0 && html`, <strong>${found.restored} made anew</strong>`}${" "}
    <${Named} what="Paid without Order" ids=${found.paid_without_order} />
    <${Named} what="Orders without a session at Stripe" ids=${found.without_session} />
    <${Trouble} trouble=${found.trouble} />
  </span>
</li>`;

/** Whether every cent of the account is an Order's, or is named for what it is. */
function Money({ money: { until, month, found, reading, trouble } }: { money: MoneyProof }): VNode {
  return html`
    <h3>Is every cent here?</h3>
    <p class="hint">Once a day Stripe's balance transactions of the last eight days are compared with the ledger, and once each whole month.</p>
    ${until && html`<p>Complete until <strong><${Time} at=${until} /></strong>${month && `, and ${month} was compared whole`}.</p>`}
    ${found && html`<ul class="rows"><${Transactions} found=${found} /></ul>`}
    ${reading && html`<p>Being read: ${reading.day} is next.</p>`}
    ${trouble && html`<p><${Trouble} trouble=${trouble} /></p>`}
  `;
}

const Transactions = ({ found }: { found: MoneyFound }): VNode => html`<li>
  <span>
    ${counted(found.listed, "balance transaction")} listed, ${found.put_in} put in; unclaimed ${found.unclaimed.length};${" "}
    difference ${
      found.differences.length === 0
        ? "0.00"
        : found.differences.map(
            ({ day, currency, amount }) =>
              html`<strong class="bad">${formatMoney(amount, currency)}</strong> on ${day} `,
          )
    }<br />
    <span class="soft">Nobody's Order: ${nobodysWords(found.nobodys)}</span>
    <${Named} what="Unclaimed" ids=${found.unclaimed} />
    <${Named} what="Of a kind that nobody knows" ids=${found.unknown} />
    <${Named} what="Orders whose ledger is not as Stripe has it" ids=${found.off} />
  </span>
</li>`;

const nobodysWords = (nobodys: Record<string, number>): string =>
  Object.entries(nobodys)
    .map(([kind, count]) => `${count} ${kind.replaceAll("_", " ")}`)
    .join(", ") || "none";

const Named = ({ what, ids }: { what: string; ids: string[] }): VNode | null =>
  ids.length > 0
    ? html`<br /><strong class="bad">${what}</strong> ${ids.map((id) => html`<code>${id}</code> `)}`
    : null;

const Trouble = ({ trouble }: { trouble: { message: string } | undefined }): VNode | null =>
  trouble ? html`<br /><strong class="bad">Not to the end</strong> ${trouble.message}` : null;

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
