import { beforeAll, expect, it } from "vitest";
import { handler } from "../../../functions/search/show.ts";
import { buyerKey } from "../../../lib/buyers/buyer_key.ts";
import type { Order } from "../../../lib/orders/order.ts";
import { placeOrder } from "../../../lib/orders/place_order.ts";
import { orderPath } from "../../../lib/urls.ts";
import { getUtility } from "../../../lib/utilities/get_utility.ts";
import { aCheckout, checkOut, placeOf } from "../../support/checkouts.ts";
import { aVisit } from "../../support/forms.ts";
import { orderB } from "../../support/order_b.ts";
import { anOrderRow } from "../../support/order_rows.ts";
import { member } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { tableCallsOf } from "../../support/table_calls.ts";
import { readUnitsOf, writeUnitsOf } from "../../support/write_units.ts";

const ADDRESS = "Jo.Buyer@example.com";

let space: TestSpace;
let other: TestSpace;

beforeAll(async () => {
  [space, other] = await Promise.all([aSpace(), aSpace()]);
});

const search = async ({ space: id, apiKey }: TestSpace, q: string) =>
  answerOf(await handler(aRequest({ path: { space: id }, headers: bearer(apiKey), query: { q } })));

const found = async (q: string, where = space): Promise<string[]> => {
  const { status, body } = await search(where, q);
  expect(status).toBe(200);
  return body.data.map(({ id }: { id: string }) => id);
};

const sold = async (where: TestSpace, customer_email: string, marketplace = where.first): Promise<string> =>
  (await checkOut(where, { body: aCheckout({ customer_email }), marketplace })).body.order;

/** An Order's row of a buyer of the Space. */
async function row(customer: string, changes: Partial<Order> = {}): Promise<Order> {
  const { buyer_secret = "" } = await getUtility(space.space, space.utility);
  const { room, marketplace } = space.first;
  return await placeOrder(
    anOrderRow({
      space: space.space,
      room,
      marketplace,
      buyer_email: customer,
      buyer_key: buyerKey(buyer_secret, customer),
      ...changes,
    }),
  );
}

it("finds all of a buyer's Orders in the Space by their address, the newest first, and nobody else's", async () => {
  const first = await sold(space, ADDRESS);
  await sold(space, "another@example.com");
  const second = await sold(space, ADDRESS.toUpperCase(), space.second);
  await sold(other, ADDRESS);
  expect(await search(space, `  ${ADDRESS.toLowerCase()} `)).toEqual({
    status: 200,
    body: {
      data: [
        { kind: "order", id: second, path: orderPath(placeOf(space, space.second), second) },
        { kind: "order", id: first, path: orderPath(placeOf(space), first) },
      ],
    },
  });
  expect(await found("nobody@example.com")).toEqual([]);
});

it("finds an Order whose buyer gave their address to Stripe alone, once that is known", async () => {
  const order = await orderB({}, other);
  await order.pay();
  const { buyer_email = "" } = await order.now();
  expect(await found(buyer_email, other)).toContain(order.order.id);
  expect(await found(buyer_email)).toEqual([]);
});

it("reads what it finds and no more, however many Orders there are", async () => {
  await row("few@example.com");
  const measure = async () => await readUnitsOf(() => found("few@example.com"));
  const among_few = await measure();
  for (let n = 0; n < 120; n++) await row(`many-${n}@example.com`);
  expect(await measure()).toEqual(among_few);
  const { calls } = await tableCallsOf(() => found("few@example.com"));
  expect(calls.filter((call) => call === "BatchGetItem")).toHaveLength(1);
});

it("takes one write unit of a sale for the index", async () => {
  const with_address = await writeUnitsOf(() => row("cost@example.com"));
  const without = await writeUnitsOf(() =>
    row("cost@example.com", { buyer_email: undefined, buyer_key: undefined }),
  );
  expect(with_address.buyers).toBe(1);
  expect(without.buyers).toBeUndefined();
});

it("finds the newest 100 of a buyer who has more, and says on the page that it did", async () => {
  const ids: string[] = [];
  for (let n = 0; n < 103; n++) ids.push((await row("often@example.com")).id);
  expect(await found("often@example.com")).toEqual(ids.toSorted().reverse().slice(0, 100));
  expect(await visit("often@example.com")).toContain("These are the newest 100.");
});

it("is a page that lists them, and says so where there are none", async () => {
  const id = await sold(space, "page@example.com");
  const shown = await visit("Page@example.com");
  expect(shown).toContain(`href="${orderPath(placeOf(space), id)}"`);
  expect(shown).not.toContain("These are the newest");
  expect(await visit("nobody@example.com")).toContain("has bought nothing in this Space");
});

async function visit(q: string): Promise<string> {
  const person = await member(space);
  const request = { ...aVisit(person, { space: space.space }), queryStringParameters: { q } };
  return (await handler(request)).body ?? "";
}
