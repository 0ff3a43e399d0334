import { readFileSync } from "node:fs";
import * as v from "valibot";
import { afterAll, beforeAll, describe, expect, inject, it, vi } from "vitest";
import { parse } from "yaml";
import { aCheckout, placeOf } from "../support/checkouts.ts";
import { anEvent, sign } from "../support/events.ts";
import { startKms } from "../support/kms.ts";
import { type Lambda, packagedFunctions, startLambda } from "../support/lambda.ts";
import { atStripe } from "../support/orders.ts";
import { ownTables } from "../support/own_tables.ts";
import { insertRecord } from "../support/records.ts";
import { aRequest, bearer } from "../support/requests.ts";
import { requestTo } from "../support/routes.ts";
import { aSpace, type TestSpace } from "../support/spaces.ts";
import { makeDue, storedEvent } from "../support/stored_events.ts";

await ownTables();
const folder = inject("prod");
const running: Lambda[] = [];

/** As on AWS: secrets are sealed with KMS, and the session's keys are in the settings. */
const kms = await startKms();
vi.stubEnv("SEALING_KMS_KEY", kms.makeKey().arn);
vi.stubEnv("SEALING_KEY", "");
vi.stubEnv("SESSION_KEYS", "");

/** The packaged function, started; its variables are those of the tests. */
async function lambda(name: string): Promise<Lambda> {
  const environment = Object.entries(process.env).flatMap(([key, value]) => (value ? [[key, value]] : []));
  const started = await startLambda(folder, name, Object.fromEntries(environment));
  running.push(started);
  return started;
}

const Answer = v.object({ statusCode: v.number(), body: v.optional(v.string(), "") });
const ask = async (asked: Lambda, ...request: Parameters<typeof aRequest>) =>
  v.parse(Answer, await asked.invoke(aRequest(...request)));

/** What EventBridge sends every minute (Amazon EventBridge docs, "Scheduled events"). */
const SCHEDULE = {
  version: "0",
  id: "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
  "detail-type": "Scheduled Event",
  source: "aws.events",
  account: "123456789012",
  time: "2026-11-24T12:00:00Z",
  region: "eu-central-1",
  resources: ["arn:aws:events:eu-central-1:123456789012:rule/every-minute"],
  detail: {},
};

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
  expect(await (await lambda("rotateSessionKeys")).invoke(SCHEDULE)).toEqual({ did: "made", keys: 1 });
});
afterAll(async () => {
  await Promise.all(running.map((lambda) => lambda.stop()));
  vi.unstubAllEnvs();
});

describe("the artifacts, with nothing but what is in them", () => {
  it("sell, receive, dispatch, retry and show", async () => {
    const path = placeOf(space);
    const headers = bearer(space.apiKey);
    const createCheckout = await lambda("createCheckout");
    const created = await ask(createCheckout, {
      method: "POST",
      path,
      headers,
      body: JSON.stringify(aCheckout()),
    });
    expect(created).toMatchObject({ statusCode: 201 });
    const { order, checkout_session } = JSON.parse(created.body);
    await atStripe(space, "pay", checkout_session);

    const object = { id: checkout_session, object: "checkout.session" };
    const paid = anEvent({ type: "checkout.session.completed", object });
    const again = anEvent({ type: "checkout.session.completed", object });
    const receive = await lambda("receiveStripeEvent");
    const deliver = async ({ body }: { body: string }, secret = space.first.webhookSecret) =>
      (
        await ask(receive, {
          method: "POST",
          path,
          headers: { "stripe-signature": sign(body, secret) },
          body,
        })
      ).statusCode;
    expect([await deliver(paid), await deliver(paid), await deliver(again)]).toEqual([200, 200, 200]);
    expect(await deliver(anEvent(), "whsec_another")).toBe(400);

    const dispatch = await lambda("dispatchStripeEvents");
    const Records = [await insertRecord(space, paid.id)];
    expect(await dispatch.invoke({ Records })).toEqual({ batchItemFailures: [] });
    expect(await storedEvent(space, paid.id)).toMatchObject({ status: "succeeded" });

    await makeDue(space, again.id); // its record was lost
    expect(await (await lambda("retryStripeEvents")).invoke(SCHEDULE)).toEqual({ runs: 1 });
    expect(await storedEvent(space, again.id)).toMatchObject({ status: "succeeded" });

    const shown = await ask(await lambda("showOrder"), { path: { ...path, order }, headers });
    expect(JSON.parse(shown.body)).toMatchObject({ id: order, status: "paid" });
    expect(
      JSON.parse(shown.body).timeline.filter(({ entry }: { entry: string }) => entry === "paid"),
    ).toHaveLength(1);
  });

  it("seal all secrets anew, with another key", async () => {
    const { arn } = kms.makeKey();
    vi.stubEnv("SEALING_KMS_KEY", arn);
    const answer = await (await lambda("resealSecrets")).invoke({});
    expect(answer).toMatchObject({
      resealed: expect.toSatisfy((count) => count > 3),
      failed: [],
      next: null,
    });
    expect(kms.calls.filter(({ action }) => action === "ReEncryptTo").map(({ key }) => key)).toContain(arn);
  });

  it("put in every hour what Stripe has and we do not", async () => {
    expect(await (await lambda("recoverSpaces")).invoke(SCHEDULE)).toEqual({ spaces: expect.any(Number) });
  });

  it("go on every ten minutes with the erasure of buyers", async () => {
    expect(await (await lambda("eraseBuyers")).invoke(SCHEDULE)).toEqual({ spaces: expect.any(Number) });
  });

  it("look after connections every hour", async () => {
    expect(await (await lambda("checkConnections")).invoke(SCHEDULE)).toEqual({ spaces: expect.any(Number) });
  });
});

const Service = v.object({
  functions: v.record(
    v.string(),
    v.object({ events: v.optional(v.array(v.looseObject({ httpApi: v.optional(v.string()) })), []) }),
  ),
});
const { functions } = v.parse(
  Service,
  parse(readFileSync("serverless.yml", "utf8"), { logLevel: "silent", merge: true }),
);
const routes = Object.entries(functions).flatMap(([name, { events }]) => {
  const route = events[0]?.httpApi;
  return route ? [{ name, route }] : [];
});

it("are as many as serverless.yml has functions", () => {
  expect([...packagedFunctions(folder).keys()].sort()).toEqual(Object.keys(functions).sort());
});

it.each(routes)("$name loads, and has an answer for a stranger at $route", async ({ name, route }) => {
  const started = await lambda(name);
  const answer = v.parse(Answer, await started.invoke(requestTo(route, {}, {})));
  // The issuer is not there, so signing in is unavailable, in a sentence.
  expect([route, answer.statusCode]).toEqual([
    route,
    name === "newSession" ? 503 : expect.toSatisfy((status) => status < 500),
  ]);
  await started.stop();
  running.splice(running.indexOf(started), 1);
});
