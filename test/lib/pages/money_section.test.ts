import { renderToString } from "preact-render-to-string";
import { describe, expect, it } from "vitest";
import type { Order } from "../../../lib/orders/order.ts";
import type { Proof } from "../../../lib/orders/proof.ts";
import { type Decisions, type Money, NO_DECISIONS } from "../../../lib/orders/split.ts";
import { html } from "../../../lib/pages/html.ts";
import { KeptSection, SplitSection } from "../../../lib/pages/money_section.ts";
import { ProofLine } from "../../../lib/pages/proof.ts";
import { anOrderRow } from "../../support/order_rows.ts";
import { statementIn, wrongSums } from "../../support/statement_in.ts";

const session = { issuer: "i", subject: "s", email: "x@example.com", name: "Pat", csrf: "token-1" };
const marketplace = { space: "a-space", room: "store", marketplace: "a-marketplace" };

/** Order B's money, paid and sent: products 13.00, delivery and taxes 5.90, Stripe's fee 0.85. */
const SENT: Money = {
  currency: "usd",
  gross: 1_890,
  fee: 85,
  captured: 1_890,
  share: 1_215,
  refunded: 0,
  disputed: 0,
  target: 1_215,
  sent: 1_215,
  reversed: 0,
  net: 1_215,
  owed: 0,
  dispute_fees: 0,
  others: 0,
};
const REFUNDED: Partial<Money> = { refunded: 650, target: 798 };

const sectionsOf = (money: Partial<Money>, decided: Partial<Decisions> = {}, sale: Partial<Order> = {}) => {
  const order = anOrderRow({
    status: "paid",
    amount_total: 1_890,
    product_total: 1_300,
    delivery_amount: 500,
    tax_amount: 90,
    money: { ...SENT, ...money },
    decisions: { ...NO_DECISIONS, ...decided },
    ...sale,
  });
  const body = renderToString(html`
    <${SplitSection} marketplace=${marketplace} order=${order} />
    <${KeptSection} order=${order} money=${order.money} />
  `);
  return { vendor: statementIn(body, "money"), kept: statementIn(body, "kept") };
};

/** The last line, which says what it comes to. */
const endOf = (lines: { words: string; amount: string }[]) =>
  `${lines.at(-1)?.words} ${lines.at(-1)?.amount}`;

describe("an Order's money is a statement that adds up", () => {
  it.each<[string, Partial<Money>, Partial<Decisions>, string, string]>([
    ["sent", {}, {}, "Still to send $0.00", "keeps $5.90"],
    ["not sent yet", { sent: 0, net: 0 }, {}, "Still to send $12.15", "keeps $18.05"],
    ["refunded", { ...REFUNDED, reversed: 417, net: 798 }, {}, "Still to send $0.00", "keeps $3.57"],
    [
      "refunded, and not taken back",
      { ...REFUNDED, owed: 417 },
      {},
      "Owed by the Vendor $4.17",
      "loses $0.60",
    ],
    ["written off", REFUNDED, { written_off: 417 }, "Still to send $0.00", "loses $0.60"],
    [
      "written off in part",
      { ...REFUNDED, owed: 217 },
      { written_off: 200 },
      "Owed by the Vendor $2.17",
      "loses $0.60",
    ],
    ["left short", { sent: 1_000, net: 1_000 }, { given_up: 215 }, "Still to send $0.00", "keeps $8.05"],
    [
      "disputed",
      { disputed: 1_890, dispute_fees: 1_500, target: 0, owed: 1_215 },
      {},
      "Owed by the Vendor $12.15",
      "loses $28.00",
    ],
    ["sent to others", { others: 300 }, {}, "Still to send $0.00", "keeps $2.90"],
    [
      "a fee above the products",
      { fee: 1_400, share: 0, target: 0, sent: 0, net: 0 },
      {},
      "Still to send $0.00",
      "keeps $4.90",
    ],
  ])("%s", (_what, money, decided, open, keeps) => {
    const { vendor, kept } = sectionsOf(money, decided);
    expect([wrongSums(vendor), wrongSums(kept)]).toEqual([[], []]);
    expect(endOf(vendor)).toBe(open);
    expect(endOf(kept)).toBe(`The Distributor ${keeps}`);
  });

  it("in the currency that is settled in, beside what was paid in the Order's own", () => {
    const jpy = {
      currency: "jpy",
      gross: 2_835,
      fee: 138,
      share: 1_812,
      target: 1_812,
      sent: 1_812,
      net: 1_812,
    };
    const { vendor, kept } = sectionsOf({ ...jpy, refunded: 189 });
    expect([wrongSums(vendor), wrongSums(kept)]).toEqual([[], []]);
    expect(kept.map(({ words, amount }) => `${words} ${amount}`)).toEqual([
      "The buyer paid $18.90 ¥2,835",
      "Stripe's fee −¥138",
      "About: Refunded $1.89 −¥284",
      "The Vendor holds −¥1,812",
      "About: The Distributor keeps ¥601",
    ]);
  });
});

it.each<[string, Partial<Proof>, string]>([
  ["comes out", { state: "ok", difference: 0 }, "Matches Stripe's balance transactions on"],
  [
    "waits",
    { state: "waiting", difference: 0, detail: "A movement is on its way." },
    "A movement is on its way. Compared with Stripe's balance transactions on",
  ],
  [
    "is off",
    { state: "off", difference: -1, detail: "A transfer is missing." },
    "Difference −$0.01 A transfer is missing. Compared with Stripe's balance transactions on",
  ],
])("says of an Order that %s how it compares with Stripe's records", (_stands, proof, says) => {
  const at = "2026-11-23T12:00:00.000Z";
  const body = renderToString(
    html`<${ProofLine} proof=${{ state: "ok", difference: 0, at, ...proof }} currency="usd" />`,
  );
  expect(
    body
      .replaceAll(/<[^>]*>/g, "")
      .replaceAll(/\s+/g, " ")
      .trim(),
  ).toBe(`${says} 2026-11-23 12:00:00 UTC`);
});

it.each([
  [
    "vendor_balance",
    "write_off",
    "Write off $4.17",
    "The Vendor no longer owes $4.17, and the Distributor bears it. This cannot be undone.",
  ],
  [
    "overpaid_by_hand",
    "leave",
    "Leave it as it is",
    "What was moved by hand stays as it is, and nothing more is sent or taken back for it. This cannot be undone.",
  ],
] as const)(
  "asks before a decision that is final, on hold for %s: %s; a look is had at once",
  (reason, decision, button, says) => {
    const order = anOrderRow({
      status: "paid",
      money: { ...SENT, ...REFUNDED, owed: 417 },
      split: { status: "on_hold", reason, since: "2026-11-23T12:00:00.000Z", detail: "" },
    });
    const body = renderToString(
      html`<${SplitSection} marketplace=${marketplace} order=${order} session=${session} />`,
    );
    const [ask = "", ...more] = [...body.matchAll(/<details class="ask".*?<\/details>/gs)].map(
      ([each]) => each,
    );
    expect(more).toEqual([]);
    expect(ask).toContain(`<summary>${button}…</summary>`);
    expect(ask).toContain(says);
    expect(ask).toContain(`name="do" value="${decision}"`);
    expect(ask).toContain(`<button class="danger">${button}</button>`);
    expect(body.replace(ask, "")).not.toContain(`value="${decision}"`);
    expect(body.replace(ask, "")).toContain('<button class="quiet">Check now</button>');
  },
);
