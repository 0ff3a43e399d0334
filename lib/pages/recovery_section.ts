import { formatMoney } from "../money/format_money.ts";
import type { Session } from "../session/session.ts";
import { completeUntil, type Findings, type MoneyProof, type Recovery } from "../spaces/recovery.ts";
import { spacePath } from "../urls.ts";
import { counted } from "./attention_lines.ts";
import { Form } from "./form.ts";
import { type ComponentChildren, html, type VNode } from "./html.ts";
import { Table } from "./table.ts";
import { Time } from "./time.ts";

type Facts = { space: string; recovery: Recovery | undefined; session: Session | undefined };

/** How far all that Stripe has is here, what was missing, and the button that asks for it. */
export const RecoverySection = ({ space, recovery, session }: Facts): VNode => html`
  <section aria-labelledby="recovery">
    <h2 id="recovery">Completeness</h2>
    ${recovery ? html`<${Found} recovery=${recovery} />` : html`<p>Not compared with Stripe yet. That is done every hour, and when you ask.</p>`}
    <${Form} action=${`${spacePath(space)}/recoveries`} session=${session} button="Ask Stripe now" quiet />
  </section>
`;

function Found({ recovery }: { recovery: Recovery }): VNode {
  const { out_of_reach, undelivered, found, money } = recovery;
  const until = completeUntil(recovery);
  return html`
    ${
      until &&
      html`<p>
        <strong>Events:</strong> complete until <strong><${Time} at=${until} /></strong>. Every hour Stripe is asked for its list, and what never arrived is added.
      </p>`
    }
    ${money && html`<${Money} money=${money} />`}
    ${
      out_of_reach &&
      html`<p><strong class="bad">Out of reach</strong> Events from <${Time} at=${out_of_reach.from} /> to${" "}
        <${Time} at=${out_of_reach.to} /> were never read, and Stripe lists none that are older than 30 days.</p>`
    }
    ${
      undelivered &&
      html`<p><strong class="bad">Not delivered</strong> ${counted(undelivered.events, "event")} of this account, the oldest of${" "}
        <${Time} at=${undelivered.oldest} />, did not come by <code>${undelivered.endpoint}</code>. They were added on${" "}
        <${Time} at=${undelivered.at} />. Stripe's dashboard shows that endpoint's deliveries.</p>`
    }
    ${
      (found || money?.found) &&
      html`<details open=${isBad(recovery)}>
        <summary>What the last comparison found</summary>
        ${found && html`<p class="soft">On <${Time} at=${found.at} /></p>`}
        <${Table} caption="What the last comparison found" columns=${["What", "At Stripe", "Here"]}
          rows=${[...rowsOf(found), ...moneyRows(money)]} />
      </details>`
    }
  `;
}

/** Whether every cent of the account is an Order's, or is named for what it is. */
const Money = ({ money: { until, month, reading } }: { money: MoneyProof }): VNode => html`
  <p>
    <strong>Money:</strong> ${until ? html`complete until <strong><${Time} at=${until} /></strong>` : "not compared to the end yet"}.
    ${" "}Every day Stripe's balance transactions are compared with the ledger${month && `; ${month} was compared whole`}.
    ${reading && ` Being read: ${reading.day} is next.`}
  </p>
`;

/** What is listed as found stands open where somebody should look. */
const isBad = ({ found, money }: Recovery): boolean =>
  [
    found?.sessions?.paid_without_order,
    found?.sessions?.without_session,
    money?.found?.unclaimed,
    money?.found?.unknown,
    money?.found?.off,
    money?.found?.differences,
  ].some((each) => each && each.length > 0) ||
  [found?.events, found?.accounts, found?.sessions, money].some((part) => part?.trouble);

function rowsOf({ events, accounts, sessions }: Partial<Findings> = {}): ComponentChildren[][] {
  return [
    events && [
      "Events",
      `${events.listed} listed`,
      html`${events.known} known, <strong>${events.put_in} added</strong><${Trouble} of=${events} />`,
    ],
    accounts && [
      "Connected accounts",
      `${accounts.listed} listed`,
      html`${counted(accounts.changed, "Marketplace")} changed, ${accounts.disconnected} disconnected<${Trouble} of=${accounts} />`,
    ],
    sessions && [
      "Checkout Sessions of 48 hours",
      `${sessions.listed} listed`,
      html`${counted(sessions.orders, "Order")}, ${sessions.brought_on} updated${sessions.restored > 0 && html`, <strong>${sessions.restored} made anew</strong>`}
        <${Named} what="Paid, with no Order" ids=${sessions.paid_without_order} />
        <${Named} what="Orders without a session at Stripe" ids=${sessions.without_session} />
        <${Trouble} of=${sessions} />`,
    ],
  ].filter((row) => row !== undefined);
}

function moneyRows({ found, trouble }: Partial<MoneyProof> = {}): ComponentChildren[][] {
  if (!found) return trouble ? [["Balance transactions", "", html`<${Trouble} of=${{ trouble }} />`]] : [];
  const { listed, put_in, nobodys, unclaimed, unknown, off, differences } = found;
  return [
    [
      "Balance transactions",
      `${listed} listed`,
      html`${put_in} added; unclaimed ${unclaimed.length}; difference ${
        differences.length === 0
          ? "0.00"
          : differences.map(
              ({ day, currency, amount }) =>
                html`<strong class="bad">${formatMoney(amount, currency)}</strong> on ${day} `,
            )
      }<br />
        <span class="soft">Of no Order: ${nobodysWords(nobodys)}</span>
        <${Named} what="Unclaimed" ids=${unclaimed} />
        <${Named} what="Of an unknown kind" ids=${unknown} />
        <${Named} what="Orders whose ledger differs from Stripe's" ids=${off} />
        <${Trouble} of=${{ trouble }} />`,
    ],
  ];
}

const nobodysWords = (nobodys: Record<string, number>): string =>
  Object.entries(nobodys)
    .map(([kind, count]) => `${count} ${kind.replaceAll("_", " ")}`)
    .join(", ") || "none";

const Named = ({ what, ids }: { what: string; ids: string[] }): VNode | null =>
  ids.length > 0
    ? html`<br /><strong class="bad">${what}</strong> ${ids.map((id) => html`<code>${id}</code> `)}`
    : null;

const Trouble = ({ of: { trouble } }: { of: { trouble?: { message: string } | undefined } }): VNode | null =>
  trouble ? html`<br /><strong class="bad">Not to the end</strong> ${trouble.message}` : null;
