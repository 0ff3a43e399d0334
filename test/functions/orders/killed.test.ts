import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { handler as settleDue } from "../../../functions/orders/settle_due.ts";
import { handler as decide } from "../../../functions/orders/split.ts";
import { handler as refund } from "../../../functions/refunds/create.ts";
import { configuration } from "../../../lib/configuration.ts";
import type { Request } from "../../../lib/http/request.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { placeOf } from "../../support/checkouts.ts";
import { runAndKill } from "../../support/crash.ts";
import { orderIsDue } from "../../support/money_rows.ts";
import { type OrderB, sharedOrderB } from "../../support/order_b.ts";
import { ownTables } from "../../support/own_tables.ts";
import { member, type Person } from "../../support/people.ts";
import { aContext, aRequest } from "../../support/requests.ts";

await ownTables();

const fileOf = (name: string): string =>
  fileURLToPath(new URL(`../../../functions/${name}.ts`, import.meta.url));

const asked = (order: OrderB, person: Person, body: object): Request => ({
  ...aRequest({
    method: "POST",
    path: { ...placeOf(order.space), order: order.order.id },
    headers: {
      "x-csrf-token": person.csrf,
      origin: new URL(configuration.baseUrl).origin,
      "idempotency-key": "key-1",
    },
    body: JSON.stringify(body),
  }),
  cookies: person.cookies,
});

/** What a person asks for, the amounts that were then made of it, and what the Vendor then holds. */
const WISHES = [
  {
    wish: "a refund",
    file: "refunds/create",
    body: { amount: 650 },
    amount: 650,
    again: refund,
    begin: async (): Promise<OrderB> => await sharedOrderB(),
    made: async (order: OrderB): Promise<number[]> =>
      (await order.stripe.refunds.list({ charge: await order.charge() })).data.map(({ amount }) => amount),
    net: { before: 1215, after: 798 },
    stands: { before: "done", after: "done" },
  },
  {
    wish: "a share that is to be sent again",
    file: "orders/split",
    body: { do: "send" },
    amount: 300,
    again: decide,
    begin: async (): Promise<OrderB> => {
      const order = await sharedOrderB();
      await order.takeBackByHand(300);
      await order.settle();
      return order;
    },
    made: async (order: OrderB): Promise<number[]> =>
      (await order.stripe.transfers.list({ transfer_group: order.order.id })).data
        .map(({ amount }) => amount)
        .filter((amount) => amount !== 1215),
    net: { before: 915, after: 1215 },
    stands: { before: "on_hold", after: "done" },
  },
  {
    wish: "what is too much to be taken back",
    file: "orders/split",
    body: { do: "take_back" },
    amount: 85,
    again: decide,
    begin: async (): Promise<OrderB> => {
      const order = await sharedOrderB();
      await order.sendByHand(85);
      await order.settle();
      return order;
    },
    made: async (order: OrderB): Promise<number[]> =>
      (await order.stripe.transfers.list({ transfer_group: order.order.id })).data.flatMap(({ reversals }) =>
        reversals.data.map(({ amount }) => amount),
      ),
    net: { before: 1300, after: 1215 },
    stands: { before: "on_hold", after: "done" },
  },
  {
    wish: "what the Vendor owes to be written off",
    file: "orders/split",
    body: { do: "write_off" },
    amount: 417,
    again: decide,
    begin: async (): Promise<OrderB> => {
      const order = await sharedOrderB();
      await order.vendorHas(0);
      await order.refund(650);
      await order.settle();
      // It would be taken as soon as it is there, by whoever looks after the killed one.
      await order.vendorHas(0);
      return order;
    },
    made: async (order: OrderB): Promise<number[]> =>
      [(await order.now()).decisions?.written_off ?? 0].filter((amount) => amount > 0),
    net: { before: 1215, after: 1215 },
    stands: { before: "on_hold", after: "done" },
  },
] as const;

describe.each(WISHES)(
  "$wish, killed after any step",
  ({ file, body, amount, again, begin, made, net, stands }) => {
    it("is made once if it was written down, and by asking again if it was not", async () => {
      let written = 0;
      for (let step = 1; ; step++) {
        const order = await begin();
        const dana = await member(order.space);
        const killed = await runAndKill(fileOf(file), asked(order, dana, body), { step, when: "after" });
        await orderIsDue(order.order);
        await settleDue({}, aContext());
        // The person's word for it is written in the same write as what is to be done.
        const audited = async () =>
          (await readSpace(order.space.space)).audit.filter(({ actor }) => actor.includes(dana.email)).length;
        const was = (await audited()) > 0 ? "after" : "before";
        written += was === "after" ? 1 : 0;
        expect([step, was, await order.net()]).toEqual([step, was, net[was]]);
        expect(await made(order)).toEqual(was === "after" ? [amount] : []);
        expect((await order.now()).split?.status).toBe(stands[was]);

        await again(asked(order, dana, body));
        expect([step, await order.net()]).toEqual([step, net.after]);
        expect(await made(order)).toEqual([amount]);
        expect(await audited()).toBe(1);
        const { split, lease_until, open_movement } = await order.now();
        expect([split?.status, lease_until, open_movement]).toEqual(["done", undefined, undefined]);
        if (!killed) {
          // Before it was written down, Stripe asked, and so on to its end.
          expect(written).toBeGreaterThan(3);
          expect(step - written).toBeGreaterThan(3);
          return;
        }
      }
    });
  },
);
