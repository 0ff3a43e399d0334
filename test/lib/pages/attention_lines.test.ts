import { renderToString } from "preact-render-to-string";
import { expect, it } from "vitest";
import type { AccountSnapshot } from "../../../lib/marketplaces/account_snapshot.ts";
import { orderNumber } from "../../../lib/orders/order_number.ts";
import {
  type Attention,
  AttentionTable,
  attentionLines,
  retriedWords,
} from "../../../lib/pages/attention_lines.ts";
import { html } from "../../../lib/pages/html.ts";
import { anAccountSnapshot } from "../../support/account_snapshots.ts";

const AT = "2026-11-23T12:00:00.000Z";
const MARKETPLACE = {
  space: "demo",
  room: "store",
  marketplace: "0f8f",
  name: "Corner Bakery",
  stripe_webhook_endpoint_secret_masked: [],
};
const ORDER: Attention["orders"]["data"][number] = {
  id: "01M88YF7M2PBGFSM89TNYZZTVS",
  marketplace: "0f8f",
  currency: "usd",
  attention_since: AT,
  split: { status: "on_hold", since: AT, detail: "The Vendor owes $4.17." },
};

const NOTHING: Attention = {
  space: "demo",
  utility: { space: "demo", utility: "7c9e", name: "Stripe", api_token: "sealed", version: 1 },
  marketplaces: [MARKETPLACE],
  recovery: undefined,
  incomplete: [],
  endpoints: [],
  failures: [],
  retried: [],
  stuck: undefined,
  orders: { data: [], next: null },
};

/** A line as it is read, with where its last cell leads. */
const shown = (attention: Partial<Attention>): string[] => {
  const lines = attentionLines({ ...NOTHING, ...attention });
  const rows = renderToString(html`<${AttentionTable} lines=${lines} />`).split("<tr>").slice(2);
  return rows.map((row) => {
    const [, href] = /<a class="quiet" href="([^"]*)"/.exec(row) ?? [];
    return `${row
      .replaceAll(/<[^>]*>/g, " ")
      .replaceAll(/\s+/g, " ")
      .trim()} → ${href}`;
  });
};

const orders = (...data: Attention["orders"]["data"]) => ({ orders: { data, next: null } });
const failure = {
  cause: "stripe:timeout",
  count: 37,
  dead: 0,
  retrying: 37,
  counted_all: true,
  first: AT,
  last: AT,
  types: [],
  marketplaces: [],
  example: "evt_1",
};

it("has no line where nothing needs anybody", () => {
  expect(attentionLines(NOTHING)).toEqual([]);
});

it("leads to where a key is saved, with a Utility and without", () => {
  const utility = { space: "demo", utility: "7c9e", name: "Stripe", version: 1 };
  expect(shown({ utility })).toEqual([
    "No key Nothing can be sold yet Save the secret key of the Space's Stripe account first. Save the key → /spaces/demo/utilities/7c9e/edit",
  ]);
  expect(shown({ utility: undefined })).toEqual([
    "No key Nothing can be sold yet Save the secret key of the Space's Stripe account first: a Stripe Utility holds it. Add a Stripe Utility → /spaces/demo/edit#utilities",
  ]);
});

it("leads from what fails to its replay, and from what nobody runs to one of it", () => {
  expect(
    shown({ failures: [failure, { ...failure, cause: "run:lost", count: 1, dead: 1, retrying: 0 }] }),
  ).toEqual([
    "Failing 37 events Stripe did not answer in time. See an example stripe:timeout 2026-11-23 12:00:00 UTC Replay… what fails because of stripe:timeout → /spaces/demo/replays?cause=stripe%3Atimeout",
    expect.stringMatching(/^Given up 1 event .*→ \/spaces\/demo\/replays\?cause=run%3Alost$/),
  ]);
  expect(shown({ stuck: { count: 3, counted_all: false, since: AT, example: "evt_1" } })).toEqual([
    expect.stringMatching(/^Stuck More than 3 events not run yet .* → \/spaces\/demo\/stripe_events\/evt_1$/),
  ]);
});

it("leads from what a handler gave up to an event, whose last run has the handler's own words", () => {
  const lines = attentionLines({
    ...NOTHING,
    failures: [{ ...failure, cause: "handler:no_stock", dead: 37 }],
  });
  const page = renderToString(html`<${AttentionTable} lines=${lines} />`);
  expect(page).toContain("A handler failed: the last run of each event says why.");
  expect(page).toContain('<a href="/spaces/demo/stripe_events/evt_1">See an example</a>');
});

it("says of what is retried how much it is, and that nobody has to do anything", () => {
  const one = { ...failure, count: 1, retrying: 1 };
  expect(attentionLines({ ...NOTHING, retried: [failure] })).toEqual([]);
  expect(retriedWords([one])).toBe("1 event is failing, and will be retried automatically");
  expect(retriedWords([failure, one])).toBe("38 events are failing, and will be retried automatically");
  expect(retriedWords([{ ...failure, counted_all: false }])).toMatch(/^More than 37 events are failing/);
});

const paidUntil = (name: string, change: Partial<AccountSnapshot>) => ({
  ...MARKETPLACE,
  name,
  stripe_account: "acct_1",
  stripe_account_facts: anAccountSnapshot(change),
});

it("names Marketplaces whose Vendor Stripe does not pay, and leaves out those of which it needs something later", () => {
  const lines = shown({
    marketplaces: [
      paidUntil("Bakery", {}),
      paidUntil("Later", { currently_due: ["external_account"], current_deadline: 1_796_000_000 }),
      paidUntil("Late", { past_due: ["external_account"] }),
      paidUntil("Stopped", {
        transfers: "inactive",
        disabled_reason: "requirements.past_due",
        past_due: ["external_account"],
      }),
    ],
  });
  const to = "Open the Marketplace";
  expect(lines).toEqual([
    `Overdue Late Stripe may stop paying its Vendor. Stripe needs a bank account for payouts (overdue). ${to} Late → /spaces/demo/rooms/store/marketplaces/0f8f`,
    `Connected, restricted Stopped Stripe does not pay its Vendor now. Stripe needs a bank account for payouts (overdue). ${to} Stopped → /spaces/demo/rooms/store/marketplaces/0f8f`,
  ]);
});

it("names so many Marketplaces, the nearest deadline first, and says how many there are besides", () => {
  const marketplaces = Array.from({ length: 23 }, (_, n) =>
    paidUntil(`Stall ${n}`, { transfers: "inactive", current_deadline: 1_796_000_000 - n }),
  );
  const lines = shown({ marketplaces });
  expect(lines).toHaveLength(21);
  expect(lines[0]).toContain("Stall 22 ");
  expect(lines[20]).toContain("3 more Marketplaces of which Stripe needs something");
});

it("leads from endpoints to the checks, and says whose they are", () => {
  const trouble = {
    check: "Webhook endpoints",
    message: "Press `Check endpoints`.",
    checked_at: AT,
    marketplace: MARKETPLACE,
  };
  const lines = shown({
    endpoints: [
      { ...trouble, isOfSpace: true },
      { ...trouble, isOfSpace: false },
    ],
  });
  expect(lines[0]).toMatch(/^Not delivered Webhook endpoints Press .*marketplaces\/0f8f\/edit#checks$/);
  expect(lines[1]).toMatch(/^Not delivered Webhook endpoints: Corner Bakery /);
});

it("says once what keeps several parts from being compared, and leads to what mends it", () => {
  const refused = { code: "stripe_key_refused", message: "Stripe refuses this Space's key." };
  const late = {
    part: "money",
    since: AT,
    code: "recovery_late",
    message: "Not compared for two days.",
  } as const;
  const lines = shown({
    incomplete: [
      { part: "events", since: AT, ...refused },
      { part: "sessions", since: null, ...refused },
      late,
    ],
  });
  expect(lines).toEqual([
    "Incomplete Some events and Checkout Sessions may be missing Stripe refuses this Space's key. 2026-11-23 12:00:00 UTC Save another key → /spaces/demo/utilities/7c9e/edit",
    "Incomplete Some balance transactions may be missing Not compared for two days. 2026-11-23 12:00:00 UTC Ask Stripe now → /spaces/demo#recovery",
  ]);
});

it("tells of what the last comparison with Stripe found", () => {
  const found = {
    at: AT,
    sessions: {
      listed: 3,
      orders: 1,
      brought_on: 0,
      restored: 0,
      paid_without_order: ["cs_1"],
      without_session: ["o", "p"],
    },
  };
  const money = {
    read_at: AT,
    found: {
      from: AT,
      to: AT,
      listed: 9,
      put_in: 0,
      nobodys: {},
      unknown: ["txn_1"],
      unclaimed: ["txn_2"],
      off: [],
      differences: [{ day: "2026-11-23", currency: "usd", amount: 1 }],
    },
  };
  const undelivered = { at: AT, events: 2, oldest: AT, endpoint: "we_1" };
  const recovery = {
    space: "demo",
    account: "acct_1",
    livemode: false,
    events: [],
    found,
    money,
    undelivered,
  };
  expect(shown({ recovery }).map((line) => line.split(/ (?:They|Look|A day)/)[0])).toEqual([
    "At Stripe 2 events did not come by the webhook endpoint",
    "At Stripe 1 Checkout Session paid, with no Order here",
    "At Stripe 2 Orders without a Checkout Session at Stripe",
    "At Stripe 2 balance transactions that nobody can explain",
    "At Stripe Our ledger differs from Stripe's",
  ]);
});

it("says of an Order why it waits, until when, and leads to its money", () => {
  const dispute = { id: "du_1", status: "needs_response", amount: 1_890, evidence_due_by: 1_796_000_000 };
  const off = { state: "off", difference: 1, detail: "A transfer is missing.", at: AT } as const;
  const done = { status: "done", since: AT, detail: "As it should be." } as const;
  const lines = shown(
    orders(
      ORDER,
      { ...ORDER, split: done, open_dispute: dispute },
      { ...ORDER, split: done, proof: off },
      { ...ORDER, marketplace: "gone" },
    ),
  );
  const number = orderNumber(ORDER.id);
  const order = `Order ${number} of Corner Bakery`;
  const to = `Open the Order ${number} → /spaces/demo/rooms/store/marketplaces/0f8f/orders/${ORDER.id}#money`;
  expect(lines).toEqual([
    // What has a deadline comes before what has none.
    `Disputed ${order} The buyer's bank asks for $18.90. Send evidence at Stripe by 2026-11-30 00:53:20 UTC . 2026-11-23 12:00:00 UTC ${to}`,
    `On hold ${order} The Vendor owes $4.17. 2026-11-23 12:00:00 UTC ${to}`,
    `Does not add up ${order} Difference $0.01 A transfer is missing. 2026-11-23 12:00:00 UTC ${to}`,
    expect.stringMatching(
      new RegExp(`^On hold Order ${number} The .*→ /spaces/demo/search\\?q=${ORDER.id}$`),
    ),
  ]);
});
