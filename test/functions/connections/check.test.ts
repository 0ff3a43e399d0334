import * as v from "valibot";
import { expect, it, vi } from "vitest";
import { handler } from "../../../functions/connections/check.ts";
import { configuration } from "../../../lib/configuration.ts";
import { findRow } from "../../../lib/dynamodb/find_row.ts";
import { warnedKey } from "../../../lib/dynamodb/keys.ts";
import { stripeClient } from "../../../lib/stripe_client.ts";
import { findRegistered, isActive } from "../../../lib/stripe_webhook_endpoints/registered_endpoints.ts";
import { removeEndpoints } from "../../../lib/stripe_webhook_endpoints/remove_endpoints.ts";
import { ageEndpoints, endpointsAtStripe, TRIED_FOR_MS } from "../../support/endpoints.ts";
import { weather } from "../../support/orders.ts";
import { ownTables } from "../../support/own_tables.ts";
import { aContext } from "../../support/requests.ts";
import { aSpace } from "../../support/spaces.ts";
import { aFailingEvent } from "../../support/stored_events.ts";

await ownTables();

const check = () => handler({}, aContext(300_000));

it("notices, without an event, what became of endpoints; one Space's trouble is its own", async () => {
  const [bare, dead] = await Promise.all([aSpace(), aSpace()]);
  for (const { id } of await endpointsAtStripe(bare))
    await stripeClient(bare.stripeSecretKey).webhookEndpoints.del(id);
  await weather(dead, { unavailable: 100 });
  expect((await check()).spaces).toBeGreaterThanOrEqual(2);
  expect(await endpointsAtStripe(bare)).toHaveLength(2);
});

it("has members told of events that were given up", async () => {
  vi.stubEnv("MAIL_FROM", "orders@convene.example");
  const space = await aSpace({ connected: false });
  await aFailingEvent(space, "stripe:timeout", { outcome: "dead" });
  await check();
  expect(
    await findRow(
      v.looseObject({ causes: v.looseObject({}) }),
      configuration.settingsTable,
      warnedKey(space.space),
    ),
  ).toMatchObject({
    causes: { "stripe:timeout": { times: 1 } },
  });
  vi.unstubAllEnvs();
});

it("retires endpoints that nothing needs, and removes them when Stripe has nothing left to deliver", async () => {
  const space = await aSpace({ connected: false });
  await check();
  expect(await endpointsAtStripe(space)).toHaveLength(2);
  await ageEndpoints(space, TRIED_FOR_MS);
  await check();
  expect(await endpointsAtStripe(space)).toEqual([]);
  expect(await removeEndpoints(space.space)).toEqual({ state: "none" });
});

it("goes on where it stopped, when it had no time for all", async () => {
  const spaces = await Promise.all(Array.from({ length: 12 }, () => aSpace({ connected: false })));
  const left = async () => {
    const endpoints = await Promise.all(spaces.map(({ space }) => findRegistered(space)));
    return endpoints.filter((registered) => registered.endpoints.some(isActive)).length;
  };
  expect(await handler({}, aContext(0))).toEqual({ spaces: 0 });
  expect(await left()).toBe(12);
  await check();
  expect(await left()).toBe(0);
});
