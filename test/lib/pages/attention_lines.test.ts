import { renderToString } from "preact-render-to-string";
import { expect, it } from "vitest";
import { orderNumber } from "../../../lib/orders/order_number.ts";
import { type Attention, AttentionTable, attentionLines } from "../../../lib/pages/attention_lines.ts";
import { html } from "../../../lib/pages/html.ts";

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
    "No key No Stripe key yet Nothing can be sold here. Save the secret key of the Space's Stripe account first. Save the key → /spaces/demo/utilities/7c9e/edit",
  ]);
  expect(shown({ utility: undefined })[0]).toMatch(/→ \/spaces\/demo\/edit#utilities$/);
});

it("leads from what fails to its replay, and from what nobody runs to one of it", () => {
  expect(
    shown({ failures: [failure, { ...failure, cause: "run:lost", count: 1, dead: 1, retrying: 0 }] }),
  ).toEqual([
    "Failing 37 events Stripe did not answer in time. stripe:timeout 2026-11-23 12:00:00 UTC Replay… what fails by stripe:timeout → /spaces/demo/replays?cause=stripe%3Atimeout",
    expect.stringMatching(/^Given up 1 event .*→ \/spaces\/demo\/replays\?cause=run%3Alost$/),
  ]);
  expect(shown({ stuck: { count: 3, counted_all: false, since: AT, example: "evt_1" } })).toEqual([
    expect.stringMatching(/^Stuck More than 3 events not run yet .* → \/spaces\/demo\/stripe_events\/evt_1$/),
  ]);
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
    `On hold ${order} The Vendor owes $4.17. 2026-11-23 12:00:00 UTC ${to}`,
    `Disputed ${order} The buyer's bank asks for $18.90. Send evidence at Stripe by 2026-11-30 00:53:20 UTC . 2026-11-23 12:00:00 UTC ${to}`,
    `Does not add up ${order} Difference $0.01 A transfer is missing. 2026-11-23 12:00:00 UTC ${to}`,
    expect.stringMatching(
      new RegExp(`^On hold Order ${number} The .*→ /spaces/demo/search\\?q=${ORDER.id}$`),
    ),
  ]);
});
