import { describe, expect, it } from "vitest";
import { refundOrder } from "../../../lib/money/refund_order.ts";
import { forgetPlatform } from "../../../lib/utilities/platform.ts";
import { ageMovement, backUp } from "../../support/money_rows.ts";
import { type OrderB, orderB, sharedOrderB } from "../../support/order_b.ts";
import { atStripe, weather } from "../../support/orders.ts";
import { roadToStripe } from "../../support/road_to_stripe.ts";
import { control, requestsTo } from "../../support/simulator.ts";

const road = await roadToStripe();

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const pass = (order: OrderB, hours: number) => control(order.space, "clock", { advance_s: hours * 3600 });

/** A movement of each kind: how it comes to be wanted, which requests make it, and what the Vendor holds once it is made. */
const KINDS = [
  {
    kind: "transfer",
    path: "POST /v1/transfers",
    net: 1215,
    begin: async () => {
      const order = await orderB();
      await atStripe(order.space, "pay", order.order.checkout_session);
      return order;
    },
    ask: async (order: OrderB): Promise<unknown> => await order.tell(),
  },
  {
    kind: "reversal",
    path: "POST /v1/transfers/",
    net: 798,
    begin: async () => {
      const order = await sharedOrderB();
      await order.refund(650);
      return order;
    },
    ask: async (order: OrderB): Promise<unknown> => await order.settle(),
  },
  {
    kind: "refund",
    path: "POST /v1/refunds",
    net: 798,
    begin: () => sharedOrderB(),
    ask: async (order: OrderB): Promise<unknown> =>
      await refundOrder(await order.now(), { amount: 650, request: "the-only-one" }, "a member"),
  },
] as const;

/** What Stripe has of the kind: each with its amount. */
async function madeAtStripe(order: OrderB, kind: string): Promise<number[]> {
  if (kind === "refund") {
    const { data } = await order.stripe.refunds.list({ charge: await order.charge() });
    return data.map(({ amount }) => amount);
  }
  const { data } = await order.stripe.transfers.list({ transfer_group: order.order.id });
  if (kind === "transfer") return data.map(({ amount }) => amount);
  const lists = await Promise.all(data.map(({ id }) => order.stripe.transfers.listReversals(id)));
  return lists.flatMap((list) => list.data.map(({ amount }) => amount));
}

describe.each(KINDS)(
  "a $kind of which nobody knows whether it happened",
  ({ kind, path, net, begin, ask }) => {
    const amount = kind === "transfer" ? 1215 : kind === "reversal" ? 417 : 650;
    const ofKind = async (order: OrderB) => (await order.movements()).filter((each) => each.kind === kind);
    const statesOf = async (order: OrderB) => (await ofKind(order)).map(({ state }) => state);
    const unknown = async (order: OrderB) => {
      expect(await statesOf(order)).toEqual(["planned"]);
      expect((await order.now()).split?.status).toBe("under_way");
      const [{ seq = 0 } = {}] = await ofKind(order);
      return seq;
    };
    const movedOnce = async (order: OrderB) => {
      expect((await order.now()).split?.status).toBe("done");
      expect(await madeAtStripe(order, kind)).toEqual([amount]);
      expect(await order.net()).toBe(net);
      for (const { state, stripe } of await ofKind(order))
        expect(stripe).toEqual(state === "done" ? expect.stringMatching(/^(tr|trr|re)_/) : undefined);
    };

    it("is found at Stripe, after a server error", async () => {
      const order = await begin();
      await weather(order.space, { error_after_success: 1, only: path });
      await ask(order);
      await unknown(order);
      await order.settle();
      await movedOnce(order);
      expect(await statesOf(order)).toEqual(["done"]);
    });

    it("is asked for anew, ten minutes after a server error that Stripe repeats", async () => {
      const order = await begin();
      await weather(order.space, { error_before_effect: 1, only: path });
      await ask(order);
      const seq = await unknown(order);
      const due = Date.parse((await order.now()).due_at ?? "") - Date.now();
      expect(due).toBeGreaterThan(9 * MINUTE_MS);
      expect(await order.settle()).toBe("under_way");
      expect(await madeAtStripe(order, kind)).toEqual([]);
      await ageMovement(order.order, 10 * MINUTE_MS, seq);
      await order.settle();
      if (kind === "refund") {
        // A person's wish is asked for again by a person.
        expect(await statesOf(order)).toEqual(["abandoned"]);
        expect(await madeAtStripe(order, kind)).toEqual([]);
        expect(await order.net()).toBe(1215);
        return;
      }
      await movedOnce(order);
      expect(await statesOf(order)).toEqual(["abandoned", "done"]);
      const [first, second] = await ofKind(order);
      expect(second?.key).not.toBe(first?.key);
    });

    it("is asked for again with the same key, where Stripe asks us to slow down", async () => {
      const order = await begin();
      await weather(order.space, { rate_limit: 1, only: path });
      await ask(order);
      await unknown(order);
      await order.settle();
      await movedOnce(order);
      expect(await statesOf(order)).toEqual(["done"]);
    });

    it("is found at Stripe, where the answer is lost", async () => {
      const order = await begin();
      road.strike(order.space, "unanswered", path);
      await ask(order);
      await unknown(order);
      road.clear(order.space);
      await order.settle();
      await movedOnce(order);
      expect(await statesOf(order)).toEqual(["done"]);
    });

    it("is asked for again with the same key, where the request is lost", async () => {
      const order = await begin();
      road.strike(order.space, "lost", path);
      await ask(order);
      await unknown(order);
      expect(await madeAtStripe(order, kind)).toEqual([]);
      road.clear(order.space);
      await order.settle();
      await movedOnce(order);
      expect(await statesOf(order)).toEqual(["done"]);
    });

    it("happens once, where the first request arrives after the second", async () => {
      const order = await begin();
      road.strike(order.space, "late", path);
      await ask(order);
      await unknown(order);
      road.clear(order.space);
      await order.settle();
      expect(await road.letGo(order.space)).toBeGreaterThan(0);
      await order.settle();
      await movedOnce(order);
      expect(await statesOf(order)).toEqual(["done"]);
    });

    it("happens once, where it takes effect when its caller has given up", async () => {
      const order = await begin();
      await weather(order.space, { slow_ms: 1_500, late_effect: true, only: path });
      road.strike(order.space, "given up", path);
      await ask(order);
      road.clear(order.space);
      await expect.poll(() => order.settle()).toBe("done");
      await movedOnce(order);
      expect(await statesOf(order)).toEqual(["done"]);
    });

    it("is found at Stripe 25 hours later, when Stripe has forgotten its key", async () => {
      const order = await begin();
      road.strike(order.space, "unanswered", path);
      await ask(order);
      const seq = await unknown(order);
      road.clear(order.space);
      await pass(order, 25);
      await ageMovement(order.order, 25 * HOUR_MS, seq);
      await order.settle();
      await movedOnce(order);
      expect(await statesOf(order)).toEqual(["done"]);
    });

    it("is not asked for again with a key that Stripe may have forgotten", async () => {
      const order = await begin();
      road.strike(order.space, "lost", path);
      await ask(order);
      const seq = await unknown(order);
      road.clear(order.space);
      await pass(order, 25);
      await ageMovement(order.order, 23 * HOUR_MS, seq);
      await order.settle();
      expect(await statesOf(order)).toEqual(kind === "refund" ? ["abandoned"] : ["abandoned", "done"]);
      if (kind !== "refund") await movedOnce(order);
    });

    it.each([
      ["revoked", "key_refused"],
      ["restricted", "key_restricted"],
    ] as const)(
      "is sent with another key, where the Space's is %s in the middle",
      async (trouble, reason) => {
        const order = await begin();
        road.strike(order.space, trouble, path);
        await ask(order);
        expect(await statesOf(order)).toEqual(["planned"]);
        expect((await order.now()).split).toMatchObject({ status: "on_hold", reason });
        const [before] = await ofKind(order);
        road.clear(order.space);
        forgetPlatform(order.space.space);
        await order.settle();
        await movedOnce(order);
        const [after] = await ofKind(order);
        expect([after?.key, after?.state]).toEqual([before?.key, "done"]);
      },
    );

    it.each(["planned", "not thought of"])(
      "happens once, where the table goes back to when it was %s",
      async (when) => {
        const order = await begin();
        if (when === "planned") {
          road.strike(order.space, "unanswered", path);
          await ask(order);
          road.clear(order.space);
        }
        const restore = await backUp(order.order);
        await (when === "planned" ? order.settle() : ask(order));
        await movedOnce(order);
        const requests = await requestsTo(order.space, path.split(" ")[1] ?? "");
        await pass(order, 25);
        await restore();
        // An Order that went back to before it was paid is told of by recovery.
        await order.tell();
        await movedOnce(order);
        expect(await requestsTo(order.space, path.split(" ")[1] ?? "").then(posts)).toEqual(posts(requests));
      },
    );
  },
);

const posts = (requests: { method: string }[]): number =>
  requests.filter(({ method }) => method === "POST").length;

describe("what was asked for and is wanted no more", () => {
  it.each(["lost", "unanswered"] as const)(
    "ends right, where its request was %s and a refund came",
    async (trouble) => {
      const order = await orderB();
      await atStripe(order.space, "pay", order.order.checkout_session);
      road.strike(order.space, trouble, "POST /v1/transfers");
      await order.tell();
      await order.refund(650);
      road.clear(order.space);
      await order.pass();
      if (trouble === "lost") {
        expect(await order.settle()).toBe("under_way");
        await ageMovement(order.order, 10 * MINUTE_MS);
      }
      expect(await order.settle()).toBe("done");
      expect(await order.net()).toBe(798);
      expect(
        (await order.movements()).map(({ kind, amount, state }) => `${kind} ${amount} ${state}`),
      ).toEqual(
        trouble === "lost"
          ? ["transfer 1215 abandoned", "transfer 798 done"]
          : ["transfer 1215 done", "reversal 417 done"],
      );
    },
  );

  it("is not sent twice, where the one that was given up arrives after all", async () => {
    const order = await orderB();
    await atStripe(order.space, "pay", order.order.checkout_session);
    road.strike(order.space, "late", "POST /v1/transfers");
    await order.tell();
    road.clear(order.space);
    await ageMovement(order.order, 25 * HOUR_MS);
    expect(await order.settle()).toBe("done");
    await order.pass();
    await road.letGo(order.space);
    // Stripe refuses a second one from the same charge, which cannot bring more than it did.
    expect(await order.settle()).toBe("done");
    expect(await order.net()).toBe(1215);
  });
});
