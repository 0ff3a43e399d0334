import { iso } from "../../lib/clock.ts";
import type { OrderFact, OrderKind } from "../../lib/ledger/fact.ts";
import type { Sale } from "../../lib/statements/order_month.ts";
import type { MoneyModel } from "./money_model.ts";

/** Stripe's records of what happens to a model of an Order: whatever is new since the last time is booked. */
export class LedgerModel {
  readonly facts: OrderFact[] = [];
  private readonly model: MoneyModel;
  private readonly seen = new Map<string, number>();

  constructor(model: MoneyModel) {
    this.model = model;
  }

  get currency(): string {
    return this.model.charge.settled?.currency ?? this.model.order.money?.currency ?? "usd";
  }

  /** The Order as its row has it now. */
  sale(): Sale {
    const { amount_total, product_total, vendor_account, decisions } = this.model.order;
    return {
      id: "01JD0000000000000000000000",
      marketplace: "marketplace",
      currency: this.currency,
      amount_total,
      product_total,
      delivery_amount: Math.floor((amount_total - product_total) / 2),
      livemode: false,
      vendor_account,
      money: this.model.reckoning(),
      refunds_on_way: this.model.facts.refunds.filter(({ status }) => status === "pending"),
      decisions,
    };
  }

  book(at: Date): void {
    const { charge, refunds, disputes, transfers } = this.model.facts;
    if (!charge) return;
    const { gross, fee } = charge.settled ?? this.model.reckoning();
    const settled = (amount: number) => Math.round((amount * gross) / charge.captured);
    const booked_at = iso(at);
    const book = (kind: OrderKind, source: string, amount: number, more: Partial<OrderFact> = {}) =>
      this.put(kind, source, amount, { booked_at, ...more });
    if (this.isNew("charge", 1)) book("charge", charge.id, gross, { fee, source_amount: charge.captured });
    for (const { id, amount: source_amount, status, product_amount } of refunds) {
      const of = { source_amount, ...(product_amount !== undefined && { product_amount }) };
      if (status !== "pending" && this.isNew(id, 1)) book("refund", id, -settled(source_amount), of);
      if (status === "failed" && this.isNew(`${id} failed`, 1))
        book("refund_failure", id, settled(source_amount), of);
    }
    for (const { id, amount: source_amount, withdrawn, status, reinstated, fees } of disputes) {
      if (withdrawn > 0 && this.isNew(id, 1)) book("dispute", id, -withdrawn, { fee: fees, source_amount });
      const back = this.more(`${id} back`, status === "won" ? withdrawn : reinstated);
      if (back > 0) book("dispute_reversal", id, back, { source_amount });
    }
    if (charge.failed && this.isNew("failed", 1)) book("charge_failure", charge.id, -gross);
    for (const { id, amount, destination: account, reversals } of transfers.toReversed()) {
      if (this.isNew(id, 1)) book("transfer", id, -amount, { account });
      for (const reversal of reversals)
        if (this.isNew(reversal.id, 1)) book("transfer_reversal", reversal.id, reversal.amount, { account });
    }
  }

  private put(kind: OrderKind, source: string, amount: number, more: Partial<OrderFact>): void {
    const fee = more.fee ?? 0;
    this.facts.push({
      id: `txn_${String(this.facts.length).padStart(4, "0")}`,
      space: "space",
      marketplace: "marketplace",
      order: "01JD0000000000000000000000",
      kind,
      type: kind,
      reporting_category: kind,
      source,
      amount,
      currency: this.currency,
      fee_details: [],
      booked_at: "",
      available_on: "",
      ...more,
      fee,
      net: amount - fee,
    });
  }

  private isNew(what: string, count: number): boolean {
    return this.more(what, count) > 0;
  }

  /** By how much more it is than when it was booked last. */
  private more(what: string, now: number): number {
    const before = this.seen.get(what) ?? 0;
    this.seen.set(what, Math.max(before, now));
    return now - before;
  }
}
