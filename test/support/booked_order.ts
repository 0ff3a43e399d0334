import type { OrderFact } from "../../lib/ledger/fact.ts";
import { putFacts } from "../../lib/ledger/put_facts.ts";
import type { Order } from "../../lib/orders/order.ts";
import { LedgerModel } from "./ledger_model.ts";
import { MoneyModel, VENDOR } from "./money_model.ts";
import { changeOrder } from "./money_rows.ts";
import { anOrder } from "./orders.ts";
import type { TestSpace } from "./spaces.ts";

type Step = [on: string, happens?: (model: MoneyModel) => void];

/**
 * An Order of the Space's first Marketplace to which all this happened, each on its day (`2026-10-02`), and then it was
 * settled, with Stripe's records in its ledger.
 */
export async function aBookedOrder(
  space: TestSpace,
  steps: Step[],
  sold: ConstructorParameters<typeof MoneyModel>[0] = {},
): Promise<Order> {
  const placed = await anOrder(space);
  const model = new MoneyModel(sold);
  const ledger = new LedgerModel(model);
  for (const [day, happens = () => {}] of steps) {
    const at = new Date(`${day}T12:00:00Z`);
    happens(model);
    ledger.book(at);
    model.settle();
    ledger.book(at);
  }
  const { short: _short, ...money } = model.reckoning();
  const { amount_total, product_total, delivery_amount, currency } = ledger.sale();
  const changes = {
    status: "paid",
    currency,
    amount_total,
    product_total,
    delivery_amount,
    tax_amount: amount_total - product_total - delivery_amount,
    money,
    split: { status: "done", since: placed.placed_at, detail: "" },
  } as const;
  await changeOrder(placed, changes);
  const account = placed.vendor_account ?? "";
  const facts: OrderFact[] = ledger.facts.map((fact) => ({
    ...fact,
    space: space.space,
    marketplace: placed.marketplace,
    order: placed.id,
    ...(fact.account === VENDOR && { account }),
  }));
  await putFacts(facts);
  return { ...placed, ...changes };
}
