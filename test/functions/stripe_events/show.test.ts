import { beforeAll, expect, it } from "vitest";
import { handler } from "../../../functions/stripe_events/show.ts";
import { processEvent } from "../../../lib/stripe_events/process_event.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { storedEvent } from "../../support/stored_events.ts";

let space: TestSpace;
let id: string;
let body: string;
beforeAll(async () => {
  space = await aSpace();
  ({ id, body } = anEvent());
  await deliver(space, body);
  const event = await storedEvent(space, id);
  if (event) await processEvent(event);
});

const call = async (event: string, headers: Record<string, string>) =>
  answerOf(await handler(aRequest({ path: { space: space.space, event }, headers })));

it("shows one event, with its payload and its runs", async () => {
  expect(await call(id, bearer(space.apiKey))).toMatchObject({
    status: 200,
    body: { id, status: "ignored", attempts: 1, payload: JSON.parse(body), runs: [{ outcome: "ignored" }] },
  });
});

it("is for the Space's own API key, and its own events", async () => {
  const other = await aSpace();
  expect(await call(id, {})).toMatchObject({ status: 401 });
  expect(await call(id, bearer(other.apiKey))).toMatchObject({ status: 404 });
  expect(await call("evt_unknown", bearer(space.apiKey))).toMatchObject({ status: 404 });
});
