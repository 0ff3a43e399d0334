import { beforeAll, describe, expect, it } from "vitest";
import { handler } from "../../../functions/orders/index.ts";
import { toCursor } from "../../../lib/http/page.ts";
import { keepsToItsSpace } from "../../support/access.ts";
import { checkOut, placeOf } from "../../support/checkouts.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

let space: TestSpace;
const placed: { order: string; checkout_session: string }[] = [];
beforeAll(async () => {
  space = await aSpace();
  for (const _order of [1, 2, 3]) placed.unshift((await checkOut(space)).body);
});

const list = async (query?: Record<string, string>, marketplace = space.first) =>
  answerOf(
    await handler(
      aRequest({ path: placeOf(space, marketplace), headers: bearer(space.apiKey), ...(query && { query }) }),
    ),
  );

const idsIn = ({ body }: Awaited<ReturnType<typeof list>>) => body.data.map(({ id }: { id: string }) => id);

describe("who may see a Marketplace's Orders", () => {
  keepsToItsSpace(handler);
});

describe("a Marketplace's Orders", () => {
  it("are listed newest first, each with its timeline", async () => {
    const answer = await list();
    expect(answer).toMatchObject({ status: 200, body: { next: null } });
    expect(answer.body.data).toEqual(
      placed.map(({ order, checkout_session }) => ({
        id: order,
        marketplace: space.first.marketplace,
        status: "open",
        currency: "usd",
        amount_total: 5_850,
        product_total: 5_000,
        checkout_session,
        payment_intent: null,
        placed_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
        timeline: [
          {
            at: expect.stringMatching(/Z$/),
            entry: "placed",
            detail: "The buyer was sent to Stripe to pay.",
          },
        ],
      })),
    );
  });

  it("are not another Marketplace's", async () => {
    expect(await list(undefined, space.second)).toEqual({ status: 200, body: { data: [], next: null } });
  });

  it("come by pages, each of which leads to the next", async () => {
    const first = await list({ limit: "2" });
    const second = await list({ limit: "2", next: first.body.next });
    expect([...idsIn(first), ...idsIn(second)]).toEqual(placed.map(({ order }) => order));
    expect(second.body.next).toBeNull();
  });

  it.each([
    [{ limit: "0" }, "limit: must be a whole number from 1 to 100"],
    [{ next: "abc" }, "next: is not what an earlier page answered"],
    [{ next: toCursor({ id: "evt_1", created: 1 }) }, "next: is not what an earlier page answered"],
  ])("are not listed for %j", async (query, message) => {
    expect(await list(query)).toEqual({ status: 400, body: { error: { code: "invalid_field", message } } });
  });
});
