import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { settlePaymentOf } from "../../../lib/stripe_events/settle_order_of.ts";
import { settleTransfer } from "../../../lib/stripe_events/settle_transfer.ts";
import { contextOf, handled } from "../../support/handled_event.ts";
import { type OrderB, orderB } from "../../support/order_b.ts";
import { atStripe } from "../../support/orders.ts";

type Ends = { net: number; refunded: number; disputed: number; target: number };

/** What happens at Stripe, each before or after which any event is handled; and how it has to end, whatever the order. */
const STORIES: Record<string, { happens: ((order: OrderB) => Promise<unknown>)[]; ends: Ends }> = {
  "a sale": { happens: [], ends: { net: 1215, refunded: 0, disputed: 0, target: 1215 } },
  "a refund": {
    happens: [(order) => order.refund(650)],
    ends: { net: 798, refunded: 650, disputed: 0, target: 798 },
  },
  "two refunds": {
    happens: [(order) => order.refund(650), (order) => order.refund(650)],
    ends: { net: 380, refunded: 1300, disputed: 0, target: 380 },
  },
  "a dispute": {
    happens: [(order) => order.dispute()],
    ends: { net: 0, refunded: 0, disputed: 1890, target: 0 },
  },
  "a dispute that is lost, of which the bank returns a part": {
    happens: [
      (order) => order.dispute(),
      async (order) => order.bank(await theDispute(order), "lose"),
      async (order) => order.bank(await theDispute(order), "return", 650),
    ],
    ends: { net: 418, refunded: 0, disputed: 1240, target: 418 },
  },
};

const theDispute = async (order: OrderB): Promise<string> =>
  (await order.stripe.disputes.list({ charge: await order.charge() })).data[0]?.id ?? "";

/** Every event of the Order's that Stripe has made until now is handled, in this order, some of them twice. */
async function tellAll(order: OrderB, told: Set<string>, shuffle: number[]): Promise<void> {
  const { data } = await order.stripe.events.list({ limit: 100 });
  const fresh = data.filter(({ id }) => !told.has(id)).map((event, n) => ({ event, by: shuffle[n] ?? n }));
  for (const { event, by } of fresh.sort((one, other) => one.by - other.by)) {
    told.add(event.id);
    for (let times = by % 2; times >= 0; times--) await tell(order, event.type, event.data.object);
  }
}

async function tell(order: OrderB, type: string, object: object): Promise<void> {
  const id = "id" in object ? String(object.id) : "";
  const { stripe, space } = order;
  if (type.startsWith("checkout.session.")) await order.tell();
  else if (type.startsWith("charge.dispute."))
    await settlePaymentOf(handled(space, "charge.dispute.updated", id), (each) =>
      stripe.disputes.retrieve(each),
    );
  else if (type.startsWith("refund."))
    await settlePaymentOf(handled(space, "refund.updated", id), (each) => stripe.refunds.retrieve(each));
  else if (type.startsWith("charge.") && id.startsWith("ch_"))
    await settlePaymentOf(handled(space, "charge.updated", id), (each) => stripe.charges.retrieve(each));
  else if (type === "transfer.created" || type === "transfer.reversed")
    await settleTransfer(handled(space, type, id), await contextOf(space));
}

const SEED = Number(process.env.EVENTS_SEED ?? Date.now() % 1_000_000);
const RUNS = 4;

describe.each(Object.entries(STORIES))("%s", (_name, { happens, ends }) => {
  it(`comes to the same, in whichever order its events come, twice (seed ${SEED})`, async () => {
    // After which steps the events that are there by then are handled, and in which order.
    const orders = fc.record({
      telling: fc.array(fc.boolean(), { minLength: happens.length, maxLength: happens.length }),
      shuffle: fc.array(fc.nat(1_000), { minLength: 40, maxLength: 40 }),
    });
    await fc.assert(
      fc.asyncProperty(orders, async ({ telling, shuffle }) => {
        const order = await orderB();
        await atStripe(order.space, "pay", order.order.checkout_session);
        const told = new Set<string>();
        for (const [n, happen] of happens.entries()) {
          if (telling[n]) await tellAll(order, told, shuffle);
          await order.pass();
          await happen(order);
        }
        await order.pass();
        // What is told makes events of its own.
        for (let n = 0; n < 3; n++) await tellAll(order, told, shuffle.toReversed());
        const { split, money } = await order.now();
        const stands = [split?.status, split?.reason].filter(Boolean).join(": ");
        expect(money).toMatchObject(ends);
        expect(await order.net()).toBe(ends.net);
        expect(stands).toMatch(/^done$|^waiting: dispute_open$|^nothing_due$/);
        if (ends.net > 0) expect(stands).toBe("done");
        expect((await order.movements()).every(({ state }) => state === "done")).toBe(true);
      }),
      { seed: SEED, numRuns: RUNS, endOnFailure: true },
    );
  });
});
