import { beforeAll, describe, expect, it } from "vitest";
import { handler } from "../../../functions/marketplaces/edit.ts";
import { keepsToItsSpace } from "../../support/access.ts";
import { placeOf } from "../../support/checkouts.ts";
import { deliver, storeMany } from "../../support/deliveries.ts";
import { anEvent, nowS } from "../../support/events.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
});

describe("who may see a Marketplace's settings", () => {
  keepsToItsSpace(handler);
});

it("shows a Marketplace's settings, and of its secrets only what tells them apart", async () => {
  const answer = await handler(aRequest({ path: placeOf(space), headers: bearer(space.apiKey) }));
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
    await handler(aRequest({ path: { space: busy.space, room, marketplace }, headers: bearer(busy.apiKey) })),
  );
  expect(answer.body).toMatchObject({ last_event: { id, type: "customer.created" } });
});
