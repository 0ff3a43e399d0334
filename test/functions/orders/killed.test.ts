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

/** What a person asks for, what Stripe has of it once it is done, and what the Vendor then holds. */
const WISHES = [
  {
    wish: "a refund",
    file: "refunds/create",
    body: { amount: 650 },
    again: refund,
    begin: async (): Promise<OrderB> => await sharedOrderB(),
    atStripe: async (order: OrderB): Promise<unknown[]> =>
      (await order.stripe.refunds.list({ charge: await order.charge() })).data.map(({ amount }) => amount),
    net: { before: 1215, after: 798 },
    stands: { before: "done", after: "done" },
  },
  {
    wish: "a share that is to be sent again",
    file: "orders/split",
    body: { do: "send" },
    again: decide,
    begin: async (): Promise<OrderB> => {
      const order = await sharedOrderB();
      const [sent] = await order.movements();
      await order.stripe.transfers.createReversal(sent?.stripe ?? "", { amount: 300 });
      await order.settle();
      return order;
    },
    atStripe: async (order: OrderB): Promise<unknown[]> =>
      (await order.stripe.transfers.list({ transfer_group: order.order.id })).data
        .map(({ amount }) => amount)
        .filter((amount) => amount !== 1215),
    net: { before: 915, after: 1215 },
    stands: { before: "on_hold", after: "done" },
  },
] as const;

describe.each(WISHES)(
  "$wish, killed after any step",
  ({ file, body, again, begin, atStripe, net, stands }) => {
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
        expect(await atStripe(order)).toHaveLength(was === "after" ? 1 : 0);
        expect((await order.now()).split?.status).toBe(stands[was]);

        await again(asked(order, dana, body));
        expect([step, await order.net()]).toEqual([step, net.after]);
        expect(await atStripe(order)).toHaveLength(1);
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
