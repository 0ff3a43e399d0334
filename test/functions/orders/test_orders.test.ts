import { beforeAll, expect, it } from "vitest";
import { handler } from "../../../functions/orders/split.ts";
import { configuration } from "../../../lib/configuration.ts";
import type { Request } from "../../../lib/http/request.ts";
import { listOrders } from "../../../lib/orders/list_orders.ts";
import { updateUtility } from "../../../lib/stripe_account/update_utility.ts";
import { checkoutSessionCompleted } from "../../../lib/stripe_events/handlers/checkout.session.completed.ts";
import { getUtility } from "../../../lib/utilities/get_utility.ts";
import { placeOf } from "../../support/checkouts.ts";
import { aForm } from "../../support/forms.ts";
import { contextOf, handled } from "../../support/handled_event.ts";
import { atStripe } from "../../support/orders.ts";
import { member, type Person, representative } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { sessionsOf } from "../../support/stripe.ts";
import { aStripeKey } from "../../support/stripe_keys.ts";

const ROUTE = "POST /spaces/{space}/rooms/{room}/marketplaces/{marketplace}/test_orders";
const routed = (request: Request): Request => ({ ...request, routeKey: ROUTE });
const press = async (space: TestSpace, person: Person, request = "one") =>
  await handler(routed(aForm(person, placeOf(space), { request })));
/** The same as JSON, in a session. */
const ask = async (space: TestSpace, { cookies, csrf }: Person) =>
  answerOf(
    await handler({
      ...routed(
        aRequest({
          method: "POST",
          path: placeOf(space),
          headers: { "x-csrf-token": csrf, origin: new URL(configuration.baseUrl).origin },
        }),
      ),
      cookies,
    }),
  );
const ordersOf = async ({ first }: TestSpace) =>
  (await listOrders(first.marketplace, { limit: 50, next: undefined })).data;

let space: TestSpace;
let dana: Person;
beforeAll(async () => {
  space = await aSpace();
  dana = await member(space);
});

it("sends a member on to Stripe with a small Order, once, and from there to the Order", async () => {
  const first = await press(space, dana);
  const again = await press(space, dana);
  const [order, ...others] = await ordersOf(space);
  const [session] = await sessionsOf(space);
  expect(others).toEqual([]);
  expect(order).toMatchObject({ status: "open", livemode: false, product_total: 1_300, amount_total: 1_890 });
  for (const { statusCode, headers } of [first, again])
    expect([statusCode, headers?.location]).toEqual([303, session?.url]);
  const page = `/spaces/${space.space}/rooms/store/marketplaces/${space.first.marketplace}`;
  expect(session?.success_url).toBe(`${configuration.baseUrl}${page}/orders/${order?.id}`);
  expect(session?.cancel_url).toBe(`${configuration.baseUrl}${page}`);

  // The button of a page that was gone back to, after the Order was paid.
  await atStripe(space, "pay", order?.checkout_session ?? "");
  await checkoutSessionCompleted(
    handled(space, "checkout.session.completed", order?.checkout_session ?? ""),
    await contextOf(space),
  );
  const { headers } = await press(space, dana);
  expect(headers?.location).toBe(`${page}/orders/${order?.id}`);
  expect(await ordersOf(space)).toHaveLength(1);
});

it("answers a program in a session where to pay", async () => {
  const { status, body } = await ask(space, dana);
  expect([status, body]).toEqual([201, expect.objectContaining({ status: "open", url: expect.any(String) })]);
});

it("takes a member, from a page of ours", async () => {
  const vera = await representative(space);
  expect((await press(space, vera)).statusCode).toBe(404);
  expect((await press(space, { ...dana, csrf: "forged" })).statusCode).toBe(403);
  for (const key of [space.apiKey, space.sellKey]) {
    const request = aRequest({ method: "POST", path: placeOf(space), headers: bearer(key) });
    expect(answerOf(await handler(routed(request)))).toMatchObject({
      status: 403,
      body: { error: { code: "person_needed" } },
    });
  }
});

it("is refused where nothing could be sold, and in live mode, with nothing placed", async () => {
  const unconnected = await aSpace({ connected: false });
  const ofUnconnected = await member(unconnected);
  const refused = async (code: string) =>
    expect(await ask(unconnected, ofUnconnected)).toMatchObject({ status: 409, body: { error: { code } } });
  await refused("not_connected");

  const live = await aSpace({ connected: false });
  const olga = await member(live);
  const utility = await getUtility(live.space, live.utility);
  const { key } = await aStripeKey({ mode: "live" });
  await updateUtility(utility, { api_token: key, version: utility.version }, "a test");
  expect(await ask(live, olga)).toMatchObject({ status: 409, body: { error: { code: "test_mode_needed" } } });
  const { statusCode, body } = await press(live, olga);
  expect([statusCode, body]).toEqual([409, expect.stringContaining("it would be a real sale")]);
  expect([...(await ordersOf(live)), ...(await sessionsOf({ ...live, stripeSecretKey: key }))]).toEqual([]);
});
