import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { handler } from "../../../functions/stripe_events/index.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

let space: TestSpace;
let id: string;
beforeAll(async () => {
  space = await aSpace();
  const event = anEvent();
  id = event.id;
  await deliver(space, event.body);
});

const list = async (path: Record<string, string>, headers = bearer(space.apiKey), query = {}) =>
  answerOf(await handler(aRequest({ path, headers, query })));

it("lists the Space's events, and the Marketplace's, page by page", async () => {
  const { room, marketplace } = space.first;
  expect(await list({ space: space.space })).toMatchObject({
    status: 200,
    body: { data: [{ id, status: "received" }], next: null },
  });
  expect(await list({ space: space.space, room, marketplace })).toEqual({
    status: 200,
    body: { data: [], next: null },
  });
  expect(await list({ space: space.space }, bearer(space.apiKey), { limit: "0" })).toMatchObject({
    status: 400,
  });
});

it("is for the Space's own API key", async () => {
  const other = await aSpace();
  const { room } = space.first;
  expect(await list({ space: space.space }, {})).toMatchObject({ status: 401 });
  expect(await list({ space: space.space }, bearer(other.apiKey))).toMatchObject({ status: 404 });
  expect(await list({ space: space.space, room, marketplace: randomUUID() })).toMatchObject({ status: 404 });
});
