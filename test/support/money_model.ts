import { type Plan, type PlannedOrder, plan } from "../../lib/money/plan.ts";
import { type Decisions, NO_DECISIONS } from "../../lib/orders/split.ts";
import type { ChargeFacts, DisputeFacts, Facts, RefundFacts } from "../../lib/reckoning/facts.ts";
import { type Reckoning, reckon } from "../../lib/reckoning/reckon.ts";

export const VENDOR = "acct_vendor";

/** What Stripe would say of one Order, in memory: it does what is planned, and lets buyers, banks and people do theirs. */
export class MoneyModel {
  readonly facts: Facts;
  readonly order: PlannedOrder;
  private ids = 0;

  constructor({
    products = 1300,
    total = 1890,
    gross = total,
    fee = 85,
    currency = "usd",
  }: {
    products?: number;
    total?: number;
    gross?: number;
    fee?: number;
    currency?: string;
  } = {}) {
    const charge: ChargeFacts = {
      id: "ch_1",
      mismatch: undefined,
      captured: total,
      settled: { currency, gross, fee },
      failed: false,
      transfer_group: "group_1",
    };
    this.facts = { charge, refunds: [], disputes: [], transfers: [] };
    this.order = {
      status: "paid",
      amount_total: total,
      product_total: products,
      vendor_account: VENDOR,
    };
  }

  get charge(): ChargeFacts {
    if (!this.facts.charge) throw new Error("there is no charge");
    return this.facts.charge;
  }

  refund(amount: number, product_amount?: number): RefundFacts {
    const refund: RefundFacts = {
      id: this.id("re"),
      amount,
      status: "succeeded",
      product_amount,
      key: undefined,
      created: this.ids,
    };
    this.facts.refunds.push(refund);
    return refund;
  }

  dispute(amount: number, fees = 1500): DisputeFacts {
    const dispute: DisputeFacts = {
      id: this.id("du"),
      amount,
      status: "needs_response",
      withdrawn: amount,
      reinstated: 0,
      fees,
      evidence_due_by: undefined,
      created: this.ids,
    };
    this.facts.disputes.push(dispute);
    return dispute;
  }

  transfer(amount: number, { by = "key", to = VENDOR, source }: TransferMade = {}): void {
    this.facts.transfers.unshift({
      id: this.id("tr"),
      destination: to,
      amount,
      reversed: 0,
      source,
      key: by === "hand" ? undefined : by,
      created: this.ids,
      reversals: [],
    });
  }

  reverse(amount: number, { by = "key", transfer = this.facts.transfers[0]?.id }: Reversed = {}): void {
    const from = this.facts.transfers.find(({ id }) => id === transfer);
    if (!from || from.reversed + amount > from.amount) throw new Error("Stripe refuses that reversal");
    from.reversed += amount;
    from.reversals.push({
      id: this.id("trr"),
      amount,
      key: by === "hand" ? undefined : by,
      created: this.ids,
    });
  }

  decide(decisions: Partial<Decisions>): void {
    this.order.decisions = { ...(this.order.decisions ?? NO_DECISIONS), ...decisions };
  }

  reckoning(): Reckoning {
    const reckoning = reckon(this.order, this.charge, this.facts);
    if (!reckoning) throw new Error("the fee is not known");
    return reckoning;
  }

  /** What is planned now, as the settling Order would; what is reckoned first is frozen on it. */
  plan(at = new Date("2026-11-25T12:00:00Z")): Plan {
    const reckoning = this.facts.charge && reckon(this.order, this.facts.charge, this.facts);
    if (reckoning) this.order.money = reckoning;
    return plan(this.order, this.facts, reckoning, at);
  }

  /** Does what is planned, as Stripe would, until there is nothing to do. @returns what was done, and how it stands */
  settle(): { done: string[]; stands: string } {
    const done: string[] = [];
    for (let steps = 0; steps < 40; steps++) {
      const next = this.step();
      if (typeof next === "object") return { done, stands: next.stands };
      done.push(next);
    }
    throw new Error(`there is no end to it: ${done.join(", ")}`);
  }

  /** Does one thing that is planned. @returns what, or how it stands where there is nothing to do */
  step(): string | { stands: string } {
    const next = this.plan();
    if (next.do === "stand") return { stands: next.reason ? `${next.status}: ${next.reason}` : next.status };
    if (next.do === "reverse") {
      this.reverse(next.amount, { transfer: next.transfer });
      return `reverse ${next.amount}`;
    }
    this.transfer(next.amount, { source: next.source });
    return `transfer ${next.amount}${next.source ? "" : " from the balance"}`;
  }

  private id(prefix: string): string {
    this.ids += 1;
    return `${prefix}_${this.ids}`;
  }
}

type TransferMade = { by?: string; to?: string; source?: string | undefined };
type Reversed = { by?: string; transfer?: string | undefined };
