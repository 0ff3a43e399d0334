import { beforeAll, describe, expect, it } from "vitest";
import { monthOf } from "../../../lib/statements/month.ts";
import { readSmallMonth } from "../../../lib/statements/read_month.ts";
import { keepsToItsSpace } from "../../support/access.ts";
import { placeOf } from "../../support/checkouts.ts";
import { deliver, storeMany } from "../../support/deliveries.ts";
import { anEvent, nowS } from "../../support/events.ts";
import { aVisit } from "../../support/forms.ts";
import { editMarketplace, showMarketplace } from "../../support/marketplace_pages.ts";
import { type OrderB, orderB } from "../../support/order_b.ts";
import { member, type Person, representative } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { control } from "../../support/simulator.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
});

describe.each([
  ["overview", showMarketplace],
  ["settings", editMarketplace],
])("who may see a Marketplace's %s", (_page, handler) => {
  keepsToItsSpace(handler);
});

describe("a Marketplace's overview", () => {
  let order: OrderB;
  let place: ReturnType<typeof placeOf>;
  let [dana, vera]: Person[] = [];
  const pageOf = async (who: Person | undefined): Promise<string> =>
    who ? ((await showMarketplace(aVisit(who, place))).body ?? "") : "";

  beforeAll(async () => {
    order = await orderB();
    place = placeOf(order.space);
    [dana, vera] = await Promise.all([member(order.space), representative(order.space)]);
    await order.pay();
    await order.vendorHas(5_000);
    await control(order.space, "weather", { refund_pending: "insufficient_funds" });
    await order.refund(650);
    await order.settle();
  });

  it("adds up this month, as its statement does, and says why something is on hold", async () => {
    const answer = await showMarketplace(aRequest({ path: place, headers: bearer(order.space.apiKey) }));
    expect(answerOf(answer).body).toMatchObject({
      name: "First Vendor",
      webhook_secrets: [expect.anything()],
      month: {
        month: new Date().toISOString().slice(0, 7),
        statements: [
          { currency: "usd", lines: { products: { amount: 1300, orders: 1 }, on_hold: { amount: -417 } } },
        ],
        held: [{ why: "for a refund that is on its way", currency: "usd", amount: 417, orders: 1 }],
      },
    });
  });

  it("shows a member and a representative the same money and Orders, and only members what is theirs", async () => {
    for (const html of [await pageOf(dana), await pageOf(vera)]) {
      expect(html).toMatch(/<dt>Sold<\/dt><dd[^>]*>\$13\.00<\/dd>/);
      expect(html).toContain("$4.17 of 1 Order: for a refund that is on its way");
      expect(html).toContain(`/orders/${order.order.id}`);
    }
    expect(await pageOf(dana)).toMatch(/Place a test Order.*|Checks/s);
    expect(await pageOf(vera)).not.toMatch(/Place a test Order|hecks|whsec_|stripe_events/);
  });

  it("does not add up a month of too many records, and reads no more of it than that", async () => {
    const month = monthOf(new Date().toISOString().slice(0, 7));
    expect(await readSmallMonth(place.marketplace, month, 1)).toBeUndefined();
    expect(await readSmallMonth(place.marketplace, month, 100)).toMatchObject({
      orders: [expect.anything()],
    });
  });
});

it("shows a Marketplace's settings, and of its secrets only what tells them apart", async () => {
  const answer = await editMarketplace(aRequest({ path: placeOf(space), headers: bearer(space.apiKey) }));
  const { room, marketplace, stripe_account, webhookSecret } = space.first;
  const masked = `whsec_…${webhookSecret.slice(-4)}`;
  const forward_url = `http://convene.invalid:3000/spaces/${space.space}/rooms/store/marketplaces/${marketplace}/stripe_events`;
  expect(answerOf(answer)).toEqual({
    status: 200,
    body: {
      space: space.space,
      room,
      marketplace,
      name: "First Vendor",
      stripe_account,
      connection: { status: "connected", wants: [], deadline: null, read_at: null },
      forward_url,
      listen_line: expect.stringContaining(` stripe listen --forward-to ${forward_url} `),
      order_notifications: [],
      shop_mails_buyer: false,
      stripe_webhook_endpoint_secret: [masked],
      webhook_secrets: [{ secret: masked, last_verified_at: null }],
      representatives: [],
      last_event: null,
      doctor: [],
      checked_at: null,
    },
  });
  for (const secret of [webhookSecret, space.apiKey, space.stripeSecretKey])
    expect(answer.body).not.toContain(secret.slice(0, -4));
});

it("tells of the last event of the Marketplace's own log, whatever came by its address or of others since", async () => {
  const busy = await aSpace();
  const { room, marketplace } = busy.first;
  const { id, body } = anEvent({ object: { id: "cus_1", metadata: { marketplace } }, created: nowS() - 60 });
  await deliver(busy, body);
  await deliver(busy, anEvent().body);
  await storeMany(busy, 120);
  const answer = answerOf(
    await editMarketplace(
      aRequest({ path: { space: busy.space, room, marketplace }, headers: bearer(busy.apiKey) }),
    ),
  );
  expect(answer.body).toMatchObject({ last_event: { id, type: "customer.created" } });
});

it("tells a representative of the connection and the mails, and nothing that is for members", async () => {
  const vera = await representative(space);
  const asked = { ...aRequest({ path: placeOf(space) }), cookies: vera.cookies };
  const { room, marketplace, stripe_account } = space.first;
  const told = {
    space: space.space,
    room,
    marketplace,
    name: "First Vendor",
    stripe_account,
    connection: { status: "connected", wants: [], deadline: null, read_at: null },
    order_notifications: [],
    shop_mails_buyer: false,
  };
  expect(answerOf(await editMarketplace(asked))).toEqual({ status: 200, body: told });
  const month = { month: expect.any(String), statements: [], held: [] };
  expect(answerOf(await showMarketplace(asked))).toEqual({ status: 200, body: { ...told, month } });
  const { body } = await editMarketplace(aVisit(vera, placeOf(space)));
  expect(body).toMatch(/Connection.*Disconnect from Stripe.*Order Notifications/s);
  expect(body).not.toMatch(
    /whsec_|stripe listen|forward|id="checks"|id="representatives"|Add Order Notification/i,
  );
});
