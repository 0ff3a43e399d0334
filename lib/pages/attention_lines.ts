import { fromSeconds, iso } from "../clock.ts";
import { type EndpointTrouble, endpointTroubles } from "../doctor/endpoint_troubles.ts";
import type { Paginated } from "../http/pagination.ts";
import { type Connection, connectionStatus } from "../marketplaces/connection_status.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { listAttention, type OrderForSomebody } from "../money/attention.ts";
import { formatMoney } from "../money/format_money.ts";
import { orderNumber } from "../orders/order_number.ts";
import { type Incomplete, incompleteOf } from "../overview/incomplete.ts";
import { completeUntil, type Recovery } from "../spaces/recovery.ts";
import { type Failure, readFailures, waitingForSomebody } from "../stripe_events/failures.ts";
import { type StuckEvents, stuckEvents } from "../stripe_events/stuck_events.ts";
import {
  eventPath,
  failuresPath,
  marketplaceEditPath,
  marketplacePath,
  orderPath,
  replaysPath,
  searchPath,
  spaceEditPath,
  spacePath,
  utilityEditPath,
} from "../urls.ts";
import type { StripeUtility } from "../utilities/stripe_utility.ts";
import { causeWords } from "./cause_words.ts";
import { CONNECTION_WORDS } from "./connection_words.ts";
import { howMany } from "./failures_page.ts";
import { type ComponentChildren, html, type VNode } from "./html.ts";
import { OrderLink } from "./order_link.ts";
import { SPLIT_WORDS } from "./order_status.ts";
import { NotProved } from "./proof.ts";
import { Sentence } from "./sentence.ts";
import { Status, type Words } from "./status.ts";
import { Table } from "./table.ts";
import { Time } from "./time.ts";

/** What needs somebody: what it is, why, since when, and the one way to mend it. */
type Line = {
  status: Words;
  what: ComponentChildren;
  why: ComponentChildren;
  since?: string | null | undefined;
  /** Until when, s since the epoch. */
  deadline?: number | null | undefined;
  mend: { href: string; words: string; of?: string };
};

/** All that may need somebody in a Space. */
export type Attention = {
  space: string;
  /** Undefined where there is none yet. */
  utility: StripeUtility | undefined;
  marketplaces: Marketplace[];
  recovery: Recovery | undefined;
  incomplete: Incomplete[];
  endpoints: EndpointTrouble[];
  failures: Failure[];
  /** What fails, too, and may yet pass by itself. */
  retried: Failure[];
  stuck: StuckEvents | undefined;
  /** A page of them, the longest waiting first. */
  orders: Paginated<OrderForSomebody>;
};

/**
 * @param page of the Orders: all else is the same with each
 * @param fails what fails, where that is being read already
 */
export async function readAttention(
  known: Pick<Attention, "space" | "utility" | "marketplaces" | "recovery">,
  page: { limit: number; next: string | undefined },
  fails = readFailures(known.space),
): Promise<Attention> {
  const { space, marketplaces, recovery } = known;
  const [orders, failing, stuck, endpoints] = await Promise.all([
    listAttention(space, page),
    fails,
    stuckEvents(space),
    endpointTroubles(space, marketplaces),
  ]);
  const failures = waitingForSomebody(failing.list);
  const retried = failing.list.data.filter((failure) => !failures.includes(failure));
  return { ...known, incomplete: incompleteOf(recovery), endpoints, failures, retried, stuck, orders };
}

/**
 * What keeps all else from working comes first; then what is worse, and of that, what has the nearest deadline. All else stays
 * as it is: the Orders last, the longest waiting first.
 */
export const attentionLines = (of: Attention): Line[] => [
  ...keyLines(of),
  ...[
    ...failureLines(of),
    ...stuckLines(of),
    ...endpointLines(of),
    ...incompleteLines(of),
    ...foundLines(of),
    ...marketplaceLines(of),
    ...orderLines(of),
  ].sort((one, other) => Number(isBad(other)) - Number(isBad(one)) || byDeadline(one, other)),
];

const isBad = ({ status: [, tone] }: Line): boolean => tone === "bad";

const byDeadline = (one: Pick<Line, "deadline">, other: Pick<Line, "deadline">): number =>
  (one.deadline ?? NEVER_S) - (other.deadline ?? NEVER_S);
const NEVER_S = Number.MAX_SAFE_INTEGER;

/** What fails and needs nobody yet, in a sentence. */
export function retriedWords(retried: Failure[]): string {
  const count = retried.reduce((all, failure) => all + failure.count, 0);
  const howMany = `${retried.every(({ counted_all }) => counted_all) ? "" : "More than "}${counted(count, "event")}`;
  return `${howMany} ${count === 1 ? "is" : "are"} failing, and will be retried automatically`;
}

/** Where that stands by cause, and when it is tried again. */
export const SeeProblems = ({ space }: { space: string }): VNode =>
  html`<a href=${failuresPath(space)}>See Problems</a>`;

/** What is retried and where to see it, below a list of what needs somebody; nothing where nothing is retried. */
export const RetriedLine = ({ space, retried }: Pick<Attention, "space" | "retried">): VNode | null =>
  retried.length === 0
    ? null
    : html`<p><strong class="waiting">${retriedWords(retried)}.</strong> <${SeeProblems} space=${space} /></p>`;

/** One list, whatever it is of. */
export const AttentionTable = ({ lines }: { lines: Line[] }): VNode => html`
  <${Table} caption="What needs attention" columns=${["Problem", { label: "Since", amount: true }, { label: "What to do", amount: true }]}
    rows=${lines.map(({ status, what, why, since, mend }) => [
      html`<${Status} words=${status} /> <strong>${what}</strong><br />${why}`,
      since && html`<${Time} at=${since} ago />`,
      html`<a class="quiet" href=${mend.href}>${mend.words}${mend.of && html`<span class="unseen"> ${mend.of}</span>`}</a>`,
    ])} />
`;

/** How far all that Stripe has is here, in a line. */
export const CompleteUntil = ({ recovery }: { recovery: Recovery | undefined }): VNode => {
  const until = recovery && completeUntil(recovery);
  return html`<p class="soft">${
    until
      ? html`Complete until <${Time} at=${until} />: every event that Stripe lists from before is here.`
      : "Not compared with Stripe yet: that is done every hour."
  }</p>`;
};

const keyLines = ({ space, utility }: Attention): Line[] =>
  utility?.api_token
    ? []
    : [
        {
          status: ["No key", "bad"],
          what: "Nothing can be sold yet",
          why: `Save the secret key of the Space's Stripe account first${utility ? "" : ": a Stripe Utility holds it"}.`,
          mend: { href: keyPath(space, utility), words: utility ? "Save the key" : "Add a Stripe Utility" },
        },
      ];

const keyPath = (space: string, utility: StripeUtility | undefined): string =>
  utility ? utilityEditPath(space, utility.utility) : `${spaceEditPath(space)}#utilities`;

const failureLines = ({ space, failures }: Attention): Line[] =>
  failures.map((failure) => ({
    status: [failure.retrying > 0 ? "Failing" : "Given up", "bad"],
    what: howMany(failure),
    why: html`${causeWords(failure.cause)} <a href=${eventPath(space, failure.example)}>See an example</a><br /><code>${failure.cause}</code>`,
    since: failure.first,
    mend: {
      href: replaysPath(space, { cause: failure.cause }),
      words: "Replay…",
      of: `what fails because of ${failure.cause}`,
    },
  }));

const stuckLines = ({ space, stuck }: Attention): Line[] =>
  stuck
    ? [
        {
          status: ["Stuck", "bad"],
          what: `${stuck.counted_all ? "" : "More than "}${counted(stuck.count, "event")} not run yet`,
          why: "Stripe asks this Space to slow down, or does not answer. Where it is our own fault, the operator is called.",
          since: stuck.since,
          mend: { href: eventPath(space, stuck.example), words: "See an example" },
        },
      ]
    : [];

const endpointLines = ({ endpoints }: Attention): Line[] =>
  endpoints.map(({ check, message, checked_at, isOfSpace, marketplace }) => ({
    status: ["Not delivered", "bad"],
    what: isOfSpace ? check : `${check}: ${marketplace.name}`,
    why: html`<${Sentence} text=${message} />`,
    since: checked_at,
    mend: { href: `${marketplaceEditPath(marketplace)}#checks`, words: "Check again", of: check },
  }));

const PART_WORDS: Record<Incomplete["part"], string> = {
  events: "events",
  accounts: "connected accounts",
  sessions: "Checkout Sessions",
  money: "balance transactions",
};

/** Where one reason keeps several parts from being compared, it is said once. */
const incompleteLines = ({ space, utility, incomplete }: Attention): Line[] =>
  [...Map.groupBy(incomplete, ({ message }) => message)].map(([message, parts]) => {
    const isOfKey = parts.some(({ code }) => code.startsWith("stripe_key_"));
    const since = parts.flatMap((part) => part.since ?? []).sort()[0];
    return {
      status: ["Incomplete", "bad"],
      what: `Some ${listed(parts.map(({ part }) => PART_WORDS[part]))} may be missing`,
      why: html`<${Sentence} text=${message} />`,
      since,
      mend: isOfKey
        ? { href: keyPath(space, utility), words: "Save another key" }
        : { href: recoveryPath(space), words: "Ask Stripe now" },
    };
  });

const recoveryPath = (space: string): string => `${spacePath(space)}#recovery`;

const listed = (words: string[]): string => new Intl.ListFormat("en").format(words);

/** What the last comparison with Stripe found, and does not pass by itself. */
function foundLines({ space, recovery }: Attention): Line[] {
  const { found, undelivered, money } = recovery ?? {};
  const line = (what: string, why: string, since: string | undefined): Line => ({
    status: ["At Stripe", "bad"],
    what,
    why,
    since,
    mend: { href: recoveryPath(space), words: "See which", of: what },
  });
  const paid = found?.sessions?.paid_without_order.length ?? 0;
  const unpaid = found?.sessions?.without_session.length ?? 0;
  const unclaimed = money?.found?.unclaimed.length ?? 0;
  const unknown = money?.found?.unknown.length ?? 0;
  const apart = money?.found?.differences.length ?? 0;
  return [
    undelivered &&
      line(
        `${counted(undelivered.events, "event")} did not come by the webhook endpoint`,
        "They were put in all the same. Stripe's dashboard shows what the endpoint answered.",
        undelivered.oldest,
      ),
    paid > 0 &&
      line(
        `${counted(paid, "Checkout Session")} paid, with no Order here`,
        "Look for them at Stripe.",
        found?.at,
      ),
    unpaid > 0 &&
      line(
        `${counted(unpaid, "Order")} without a Checkout Session at Stripe`,
        "They may have been placed with another account's key.",
        found?.at,
      ),
    unclaimed + unknown > 0 &&
      line(
        `${counted(unclaimed + unknown, "balance transaction")} that nobody can explain`,
        "They should belong to an Order, or are of a kind that is not known here.",
        money?.read_at,
      ),
    apart > 0 &&
      line("Our ledger differs from Stripe's", "A day's sum is not the same in both.", money?.read_at),
  ].filter((each) => each !== undefined && each !== false);
}

/** So many are shown; the Overview has the status of each. */
const MARKETPLACES_SHOWN = 20;

/** Whose Vendor Stripe does not pay, or will not for long, until it has what is missing. */
function marketplaceLines({ space, marketplaces }: Attention): Line[] {
  const waiting = marketplaces
    .map((marketplace) => ({ marketplace, ...connectionStatus(marketplace) }))
    .filter(
      ({ status, requirements }) =>
        status === "restricted" || (isPaid(status) && requirements.some(isOverdue)),
    )
    .sort(byDeadline);
  const lines = waiting.slice(0, MARKETPLACES_SHOWN).map(
    ({ marketplace, status, requirements, deadline }): Line => ({
      status: status === "restricted" ? CONNECTION_WORDS.restricted : ["Overdue", "bad"],
      what: marketplace.name,
      why: html`
      ${status === "restricted" ? "Stripe does not pay its Vendor now." : "Stripe may stop paying its Vendor."}
      ${requirements.length > 0 && ` Stripe needs ${listed(requirements.map(({ what, overdue }) => `${what}${overdue ? " (overdue)" : ""}`))}`}${deadline && html` by <${Time} at=${iso(fromSeconds(deadline))} />`}${requirements.length > 0 && "."}
    `,
      deadline,
      mend: { href: marketplacePath(marketplace), words: "Open the Marketplace", of: marketplace.name },
    }),
  );
  const others = waiting.length - lines.length;
  if (others <= 0) return lines;
  return [
    ...lines,
    {
      status: CONNECTION_WORDS.restricted,
      what: `${counted(others, "more Marketplace")} of which Stripe needs something`,
      why: "The list of Marketplaces says which.",
      mend: { href: `${spacePath(space)}#marketplaces`, words: "See the Marketplaces" },
    },
  ];
}

const isPaid = (status: Connection["status"]): boolean => status === "connected" || status === "can_be_paid";
const isOverdue = ({ overdue }: Connection["requirements"][number]): boolean => overdue;

export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

const orderLines = ({ space, orders, marketplaces }: Attention): Line[] => {
  const byId = new Map(marketplaces.map((each) => [each.marketplace, each]));
  return orders.data.map((order) => {
    const marketplace = byId.get(order.marketplace);
    return {
      status: order.open_dispute ? ["Disputed", "bad"] : statusOf(order),
      what: html`Order <${OrderLink} id=${order.id} />${marketplace && ` of ${marketplace.name}`}`,
      why: reasons(order),
      since: order.attention_since,
      deadline: order.open_dispute?.evidence_due_by,
      mend: {
        href: marketplace
          ? `${orderPath(marketplace, order.id)}#money`
          : `${searchPath(space)}?${new URLSearchParams({ q: order.id })}`,
        words: "Open the Order",
        of: orderNumber(order.id),
      },
    };
  });
};

const statusOf = ({ proof, split }: OrderForSomebody): Words =>
  proof?.state === "off" && split?.status !== "on_hold"
    ? ["Does not add up", "bad"]
    : SPLIT_WORDS[split?.status ?? "none"];

const reasons = ({ open_dispute: dispute, split, proof, money, currency }: OrderForSomebody): VNode => html`
  ${dispute && `The buyer's bank asks for ${formatMoney(dispute.amount, currency)}. `}
  ${dispute?.evidence_due_by && html`Send evidence at Stripe by <${Time} at=${iso(fromSeconds(dispute.evidence_due_by))} />. `}
  ${split && split.status !== "done" && split.detail}
  ${proof?.state === "off" && html` <${NotProved} proof=${proof} currency=${money?.currency ?? currency} />`}
`;
