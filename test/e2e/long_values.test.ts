import { renderToString } from "preact-render-to-string";
import { expect, it } from "vitest";
import type { Order } from "../../lib/orders/order.ts";
import { html } from "../../lib/pages/html.ts";
import { KeptSection, MovementsSection, SplitSection } from "../../lib/pages/money_section.ts";
import { Standing } from "../../lib/pages/order_page.ts";
import { OrderRows } from "../../lib/pages/order_rows.ts";
import { SaleSection } from "../../lib/pages/sale_section.ts";
import { AccountLine, SumLine } from "../../lib/pages/statement_parts.ts";
import { STYLES } from "../../lib/pages/styles.ts";
import { anOrderRow } from "../support/order_rows.ts";
import { browsing, DESK, PHONE } from "../support/signed_in_page.ts";

const { open } = browsing();

/** 26 digits, which no currency has, but a sum of a month in one with three decimals may come near. */
const HUGE = 1e25;
const money = {
  currency: "usd",
  gross: 2 * HUGE,
  fee: HUGE,
  captured: 2 * HUGE,
  share: HUGE,
  refunded: HUGE,
  disputed: HUGE,
  target: HUGE,
  sent: HUGE,
  reversed: HUGE,
  net: 0,
  owed: HUGE,
  dispute_fees: HUGE,
  others: HUGE,
};
const NAMES = {
  unbroken: "Sourdough".repeat(28).slice(0, 250),
  spoken: "A loaf of bread with a rather long name ".repeat(7).slice(0, 250),
  rightToLeft: "خبز العجين المخمر ".repeat(14).slice(0, 250),
  emoji: "👩‍👩‍👧‍👦🥖".repeat(20),
};
const order: Order = anOrderRow({
  status: "paid",
  amount_total: 2 * HUGE,
  product_total: 2 * HUGE,
  delivery_amount: HUGE,
  tax_amount: HUGE,
  lines: Object.values(NAMES).map((name) => ({ name, note: name, unit_amount: HUGE, quantity: 2 })),
  buyer_email: `${"long".repeat(16)}@${"convene.".repeat(20)}example`,
  money,
});
const marketplace = { space: "demo", room: "store", marketplace: "a-marketplace" };
const movements = Object.values(NAMES).map((because) => ({
  kind: "transfer",
  amount: HUGE,
  currency: "usd",
  state: "done",
  stripe: `tr_${"1".repeat(60)}`,
  because,
  at: order.placed_at,
}));
const split = { status: "on_hold", detail: NAMES.unbroken, since: order.placed_at };

const page = `<!doctype html><meta name="viewport" content="width=device-width"><style>${STYLES}</style><main>${renderToString(html`
  <${Standing} order=${{ ...order, split }} row=${order} />
  <div class="pair">
    <${SaleSection} order=${order} />
    <${SplitSection} marketplace=${marketplace} order=${{ ...order, split }} session=${{ csrf: "" }} />
    <${KeptSection} order=${order} money=${money} />
    <section>
      <table class="statement"><tbody>
        <${AccountLine} words=${NAMES.rightToLeft} sum=${{ amount: HUGE, orders: HUGE }} currency="usd" href="#" />
        <${SumLine} words=${NAMES.unbroken} amount=${-HUGE} currency="usd" />
      </tbody></table>
    </section>
  </div>
  <${MovementsSection} order=${order} movements=${movements} isManaged />
  <section><${OrderRows} marketplace=${marketplace} orders=${[order, anOrderRow()]} /></section>
`)}</main>`;

it.each([
  ["a phone", PHONE],
  ["a phone that shows all at twice the size", { width: 320, height: 800 }],
  ["a desk", DESK],
])(
  "keeps amounts of 26 digits and names of 250 characters, of any script, within their cards on %s",
  async (_on, viewport) => {
    const window = await open("about:blank", { viewport });
    await window.setContent(page);
    for (const ask of await window.locator("summary").all()) await ask.click();
    expect(await window.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
    const outside = await window.evaluate(() =>
      [...document.querySelectorAll("section")].flatMap((section) => {
        const { left, right } = section.getBoundingClientRect();
        return [...section.querySelectorAll("th, td, strong, a, button, bdi")]
          .filter((each) => !each.closest(".unseen, thead"))
          .filter((each) => {
            const box = each.getBoundingClientRect();
            return box.width > 0 && (box.left < left - 0.5 || box.right > right + 0.5);
          })
          .map((each) => each.outerHTML.slice(0, 120));
      }),
    );
    expect(outside).toEqual([]);
  },
);
