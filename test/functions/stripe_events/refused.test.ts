import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { handler as check } from "../../../functions/checks/create.ts";
import { marketplaceRow, SPACE_ROW } from "../../../lib/dynamodb/keys.ts";
import { SELF_TEST } from "../../../lib/stripe_events/incoming_event.ts";
import { readRefusals } from "../../../lib/stripe_events/read_refusals.ts";
import { placeOf } from "../../support/checkouts.ts";
import { anEvent, nowS, sign } from "../../support/events.ts";
import { aVisit } from "../../support/forms.ts";
import { editMarketplace as edit } from "../../support/marketplace_pages.ts";
import { member } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { storedEvent } from "../../support/stored_events.ts";

let space: TestSpace;
beforeEach(async () => {
  space = await aSpace();
  vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A Lambda that has just started: the function, and what it asks of the tables. */
async function aLambda() {
  vi.resetModules();
  const [{ deliver, post }, { tableCallsOf }, { dynamodb }] = await Promise.all([
    import("../../support/deliveries.ts"),
    import("../../support/table_calls.ts"),
    import("../../../lib/dynamodb/client.ts"),
  ]);
  const deliverBad = (body = anEvent().body) => deliver(space, body, "whsec_stranger");
  return { deliver, deliverBad, post, tableCallsOf, dynamodb };
}

const later = (ms: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });
const refusals = (row = marketplaceRow(space.first)) => readRefusals(space.space, row);
const counted = (calls: string[]) =>
  Object.fromEntries([...new Set(calls)].map((call) => [call, calls.filter((each) => each === call).length]));

describe("however many bad deliveries come", () => {
  it("to a Marketplace that is there, they are one write, few reads, and good events in between arrive as ever", async () => {
    const { deliver, deliverBad, tableCallsOf } = await aLambda();
    const good: string[] = [];
    const { calls } = await tableCallsOf(async () => {
      for (let n = 0; n < 1_000; n++) {
        expect((await deliverBad()).statusCode).toBe(400);
        if (n % 100 !== 0) continue;
        const { id, body } = anEvent();
        expect(await deliver(space, body)).toEqual({ statusCode: 200 });
        good.push(id);
      }
    });
    const { GetItem = 0, ...writes } = counted(calls);
    expect(writes).toEqual({ UpdateItem: 1, PutItem: 10 });
    // The first, three more in a row, and then one each 5 s, however long this takes.
    expect(GetItem).toBeLessThan(1_000 / 10);
    for (const id of good) expect(await storedEvent(space, id)).toMatchObject({ id });
    expect(await refusals()).toMatchObject([{ reason: "wrong_secret", times: 1 }]);

    later(60_000);
    await deliverBad();
    const total = (await refusals()).reduce((sum, { times }) => sum + times, 0);
    expect(total).toBe(1_001);
  });

  it("to Marketplaces that there are none of, they write nothing, and read once each", async () => {
    const { post, tableCallsOf } = await aLambda();
    const { body } = anEvent();
    const { calls } = await tableCallsOf(async () => {
      for (let n = 0; n < 100; n++)
        await post({
          space: space.space,
          room: "store",
          marketplace: randomUUID(),
          body,
          signature: sign(body, "whsec_stranger"),
        });
      for (let n = 0; n < 100; n++)
        await post({ space: space.space, room: "store", marketplace: randomUUID(), body });
    });
    expect(counted(calls)).toEqual({ GetItem: 100 });
  });

  it("of which none is signed, nothing is read to find out whether anybody is there", async () => {
    const { deliver, post, tableCallsOf } = await aLambda();
    const unsigned = () => post({ space: space.space, ...space.first, body: "{}" });
    expect((await tableCallsOf(unsigned)).calls).toEqual([]);
    await deliver(space, anEvent().body);
    expect((await tableCallsOf(unsigned)).calls).toEqual(["UpdateItem"]);
  });
});

it("counts by reason, for a Marketplace and for the Space", async () => {
  const { deliver, deliverBad, post } = await aLambda();
  const { body } = anEvent();
  const { webhookSecret, ...first } = space.first;
  await deliverBad();
  await post({ space: space.space, body, signature: sign(body, webhookSecret) });
  await deliver(space, "hello");
  await deliver(space, SELF_TEST);
  await post({ space: space.space, ...first, body, signature: sign(body, webhookSecret, nowS() - 301) });
  await post({ space: space.space, ...first, body });
  await deliver(space, "x".repeat(1_000_001));
  later(60_000);
  await deliverBad();
  expect((await refusals()).map(({ reason, times }) => [reason, times])).toEqual([
    ["wrong_secret", 2],
    ["not_an_event", 1],
    ["stale", 1],
    ["unsigned", 1],
    ["too_large", 1],
  ]);
  expect(await refusals(SPACE_ROW)).toMatchObject([{ reason: "wrong_secret", times: 1 }]);
});

it("answers the same where the count cannot be written", async () => {
  const { deliver, deliverBad, dynamodb } = await aLambda();
  const before = answerOf(await deliverBad("{}"));
  later(60_000);
  let failed = 0;
  dynamodb.middlewareStack.add(
    (next, { commandName }) =>
      async (request) => {
        if (commandName !== "UpdateItemCommand" && commandName !== "UpdateCommand")
          return await next(request);
        failed += 1;
        throw Object.assign(new Error("the table is down"), { $metadata: {} });
      },
    { step: "initialize", name: "down" },
  );
  expect(answerOf(await deliverBad("{}"))).toEqual(before);
  expect(failed).toBe(1);
  expect(await deliver(space, anEvent().body)).toEqual({ statusCode: 200 });
});

it("is told by the Marketplace's checks, until an event is verified", async () => {
  const { deliver, deliverBad } = await aLambda();
  const ask = aRequest({ method: "POST", path: placeOf(space), headers: bearer(space.apiKey) });
  const said = async () => {
    const { doctor } = answerOf(await check(ask)).body;
    return doctor.find((each: { check: string }) => each.check === "Refused at the Marketplace's URL");
  };
  expect(await said()).toMatchObject({ state: "good", says: expect.stringContaining("Nothing was refused") });

  await deliverBad();
  expect(await said()).toMatchObject({
    state: "bad",
    says: expect.stringMatching(/^Wrong secret at .* UTC, once\./),
  });
  const { body } = await edit(aVisit(await member(space), placeOf(space)));
  expect(body).toContain("Wrong secret at");

  await deliver(space, anEvent().body);
  expect(await said()).toMatchObject({
    state: "good",
    says: expect.stringContaining("an event was verified"),
  });
});
