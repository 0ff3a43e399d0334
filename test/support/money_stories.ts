import fc from "fast-check";
import type { MoneyModel } from "./money_model.ts";

/** What may happen to an Order, at any moment. Amounts are parts in a thousand of what is left. */
export const happening = fc.oneof(
  fc.record({ what: fc.constant("refund" as const), part: fc.nat(1000), products: fc.option(fc.nat(1000)) }),
  fc.record({ what: fc.constant("refund_fails" as const), which: fc.nat(5) }),
  fc.record({ what: fc.constant("dispute" as const), part: fc.nat(1500) }),
  fc.record({ what: fc.constant("dispute_won" as const), which: fc.nat(2) }),
  fc.record({ what: fc.constant("dispute_lost" as const), which: fc.nat(2), part: fc.nat(1000) }),
  fc.record({ what: fc.constant("bank_fails" as const) }),
  fc.record({ what: fc.constant("settle" as const), steps: fc.nat(4) }),
);
export type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never;

/** What is sold, in which currency and at which rate it settles. */
export const sold = fc
  .record({
    products: fc.integer({ min: 0, max: 99_999_999 }),
    besides: fc.nat(99_999_999),
    rate: fc.constantFrom([1, 1], [2069, 1890], [61_430, 189_000], [1, 150], [150, 1]),
    fee: fc.nat(100_000),
  })
  .filter(({ products, besides }) => products + besides > 0)
  .map(({ products, besides, rate: [up = 1, down = 1], fee }) => ({
    products,
    total: products + besides,
    gross: Math.floor(((products + besides) * up) / down),
    fee,
  }));

export function happen(order: MoneyModel, happening: Happening): void {
  const { facts, charge } = order;
  switch (happening.what) {
    case "refund": {
      const left =
        charge.captured -
        facts.refunds.reduce((all, { amount, status }) => all + (status === "failed" ? 0 : amount), 0);
      const amount = Math.floor((left * happening.part) / 1000);
      const named =
        happening.products === null ? undefined : Math.floor((amount * happening.products) / 1000);
      if (amount > 0) order.refund(amount, named);
      return;
    }
    case "refund_fails": {
      const refund = facts.refunds[happening.which];
      if (refund) refund.status = "failed";
      return;
    }
    case "dispute": {
      const amount = Math.floor((charge.captured * happening.part) / 1000);
      if (amount > 0 && facts.disputes.length < 2) order.dispute(amount);
      return;
    }
    case "dispute_won":
      if (facts.disputes[happening.which])
        Object.assign(facts.disputes[happening.which] ?? {}, { status: "won" });
      return;
    case "dispute_lost": {
      const dispute = facts.disputes[happening.which];
      if (dispute)
        Object.assign(dispute, {
          status: "lost",
          reinstated: Math.floor((dispute.withdrawn * happening.part) / 1000),
        });
      return;
    }
    case "bank_fails":
      charge.failed = true;
      return;
    case "settle":
      for (let step = 0; step < happening.steps; step++) order.step();
  }
}
