import { randomBytes, randomUUID } from "node:crypto";
import { createServer } from "node:net";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { handler as updateMarketplace } from "../../../functions/marketplaces/update.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { SELF_TEST } from "../../../lib/stripe_events/incoming_event.ts";
import { unpackPayload } from "../../../lib/stripe_events/payload/payload.ts";
import { processEvent } from "../../../lib/stripe_events/process_event.ts";
import { deliver, post } from "../../support/deliveries.ts";
import { anEvent, aThinEvent, nowS, sign } from "../../support/events.ts";
import { metricsSaid } from "../../support/metrics.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { storedEvent } from "../../support/stored_events.ts";
import { waitUntil } from "../../support/wait.ts";

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const refusal = {
  error: { code: "invalid_signature", message: "This is not signed with a webhook secret of this address." },
};

describe("an event is stored", () => {
  it("byte for byte, with what the log shows", async () => {
    const { id, body } = anEvent({
      type: "charge.updated",
      account: "acct_1",
      object: { id: "ch_1", text: "Grüße – 你好" },
    });
    expect(await deliver(space, body)).toEqual({ statusCode: 200 });
    const event = await storedEvent(space, id);
    expect(event).toMatchObject({
      space: space.space,
      id,
      type: "charge.updated",
      account: "acct_1",
      object: "ch_1",
      livemode: false,
      status: "received",
    });
    expect(event && unpackPayload(event.payload ?? Buffer.of(), event).toString()).toBe(body);
  });

  it("once, however often it comes, each time with a new signature", async () => {
    const { id, body } = anEvent();
    const { first } = space;
    for (const t of [nowS() - 60, nowS() - 30, nowS()]) {
      const answer = await post({
        space: space.space,
        ...first,
        body,
        signature: sign(body, first.webhookSecret, t),
      });
      expect(answer).toEqual({ statusCode: 200 });
    }
    expect(await storedEvent(space, id)).toMatchObject({ status: "received", runs: [{}] });
  });

  it("once, when the same event comes many times at the same moment", async () => {
    const { id, body } = anEvent();
    const answers = await Promise.all(Array.from({ length: 8 }, () => deliver(space, body)));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array(8).fill(200));
    expect((await storedEvent(space, id))?.runs).toHaveLength(1);
  });

  it("once for the Space, by whichever of its URLs it comes", async () => {
    const { id, body } = anEvent();
    await deliver(space, body);
    const { room, marketplace, webhookSecret } = space.second;
    const second = await post({
      space: space.space,
      room,
      marketplace,
      body,
      signature: sign(body, webhookSecret),
    });
    expect(second).toEqual({ statusCode: 200 });
    expect((await storedEvent(space, id))?.runs).toHaveLength(1);
  });

  it("for each of two Spaces that receive the same id", async () => {
    const other = await aSpace();
    const { id, body } = anEvent();
    await deliver(space, body);
    await deliver(other, body);
    expect(await storedEvent(space, id)).toMatchObject({ space: space.space });
    expect(await storedEvent(other, id)).toMatchObject({ space: other.space });
  });

  it("when its body comes in base64", async () => {
    const { id, body } = anEvent();
    expect(await deliver(space, Buffer.from(body))).toEqual({ statusCode: 200 });
    expect(await storedEvent(space, id)).toMatchObject({ id });
  });

  it("with its payload at 300 KB, and without it, to be fetched by id, where 900 KB do not compress", async () => {
    const large = anEvent({ object: { id: "cus_1", text: randomBytes(150_000).toString("hex") } });
    const huge = anEvent({ object: { id: "cus_2", text: randomBytes(450_000).toString("hex") } });
    expect(await deliver(space, large.body)).toEqual({ statusCode: 200 });
    expect(await deliver(space, huge.body)).toEqual({ statusCode: 200 });
    expect((await storedEvent(space, large.id))?.payload).toBeDefined();
    expect(await storedEvent(space, huge.id)).toMatchObject({ object: "cus_2", status: "received" });
    expect((await storedEvent(space, huge.id))?.payload).toBeUndefined();
  });

  it("though it is thin, and the log says why it comes to nothing", async () => {
    const { id, body } = aThinEvent({ type: "v1.billing.meter.error_report_triggered" });
    expect(await deliver(space, body)).toEqual({ statusCode: 200 });
    const event = await storedEvent(space, id);
    if (event) await processEvent(event);
    expect(await storedEvent(space, id)).toMatchObject({
      type: "v1.billing.meter.error_report_triggered",
      object: "mtr_1",
      status: "ignored",
      runs: [
        { outcome: "ignored", detail: expect.stringMatching(/^a thin event; handlers are for snapshot/) },
      ],
    });
  });

  it("at once with a secret that was just added, and no more with one that was retired a minute ago", async () => {
    const rotated = await aSpace();
    const { first } = rotated;
    expect(await deliver(rotated, anEvent().body)).toEqual({ statusCode: 200 });
    const saveSecrets = (stripe_webhook_endpoint_secret: string[]) =>
      updateMarketplace(
        aRequest({
          method: "POST",
          path: { space: rotated.space, room: first.room, marketplace: first.marketplace },
          headers: bearer(rotated.apiKey),
          body: JSON.stringify({ stripe_webhook_endpoint_secret }),
        }),
      );
    const fresh = `whsec_${randomBytes(16).toString("hex")}`;
    expect((await deliver(rotated, anEvent().body, fresh)).statusCode).toBe(400);
    expect((await saveSecrets([first.webhookSecret, fresh])).statusCode).toBe(200);
    expect(await deliver(rotated, anEvent().body, fresh)).toEqual({ statusCode: 200 });
    expect(await deliver(rotated, anEvent().body, first.webhookSecret)).toEqual({ statusCode: 200 });

    await saveSecrets([fresh]);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
    expect((await deliver(rotated, anEvent().body, first.webhookSecret)).statusCode).toBe(400);
    expect(await deliver(rotated, anEvent().body, fresh)).toEqual({ statusCode: 200 });
  });
});

describe("one and the same 400, and nothing stored, is the answer to", () => {
  const { id, body } = anEvent();
  const unknown = randomUUID();
  it.each<[string, (space: TestSpace) => Parameters<typeof post>[0]]>([
    ["no signature", ({ space, first }) => ({ space, ...first, body })],
    ["a malformed one", ({ space, first }) => ({ space, ...first, body, signature: "t=1,v1=zz" })],
    [
      "a stale one",
      ({ space, first }) => ({
        space,
        ...first,
        body,
        signature: sign(body, first.webhookSecret, nowS() - 301),
      }),
    ],
    [
      "one from the future",
      ({ space, first }) => ({
        space,
        ...first,
        body,
        signature: sign(body, first.webhookSecret, nowS() + 310),
      }),
    ],
    [
      "a stranger's secret",
      ({ space, first }) => ({ space, ...first, body, signature: sign(body, "whsec_stranger") }),
    ],
    [
      "the secret of another Marketplace",
      ({ space, first, second }) => ({ space, ...first, body, signature: sign(body, second.webhookSecret) }),
    ],
    [
      "a changed body",
      ({ space, first }) => ({
        space,
        ...first,
        body: `${body} `,
        signature: sign(body, first.webhookSecret),
      }),
    ],
    [
      "an empty body",
      ({ space, first }) => ({ space, ...first, body: "", signature: sign(body, first.webhookSecret) }),
    ],
    [
      "an unknown Marketplace",
      ({ space, first }) => ({
        space,
        room: "store",
        marketplace: unknown,
        body,
        signature: sign(body, first.webhookSecret),
      }),
    ],
    [
      "the wrong Room",
      ({ space, first }) => ({
        space,
        ...first,
        room: "attic",
        body,
        signature: sign(body, first.webhookSecret),
      }),
    ],
    [
      "an unknown Space",
      ({ first }) => ({ space: "nowhere", ...first, body, signature: sign(body, first.webhookSecret) }),
    ],
    [
      "an unknown Space's own URL",
      ({ first }) => ({ space: "nowhere", body, signature: sign(body, first.webhookSecret) }),
    ],
    [
      "a Marketplace's secret at the Space's URL",
      ({ space, first }) => ({ space, body, signature: sign(body, first.webhookSecret) }),
    ],
    [
      "an id that is no UUID",
      ({ space, first }) => ({
        space,
        room: "store",
        marketplace: "1",
        body,
        signature: sign(body, first.webhookSecret),
      }),
    ],
    [
      "an id with more than a UUID",
      ({ space, first }) => ({
        space,
        room: "store",
        marketplace: `${first.marketplace}#SPACE`,
        body,
        signature: sign(body, first.webhookSecret),
      }),
    ],
    [
      "a Space that is no slug",
      ({ first }) => ({ space: "A Space#", ...first, body, signature: sign(body, first.webhookSecret) }),
    ],
  ])("%s", async (_, delivery) => {
    expect(answerOf(await post(delivery(space)))).toEqual({ status: 400, body: refusal });
    expect(await storedEvent(space, id)).toBeUndefined();
  });
});

describe("a body that is rightly signed is refused", () => {
  it("with 413 where it is over 1 MB, and not at exactly 1 MB", async () => {
    const { id, body } = anEvent();
    const exactly = body + " ".repeat(1_000_000 - body.length);
    expect(answerOf(await deliver(space, `${exactly} `))).toMatchObject({
      status: 413,
      body: { error: { code: "too_large" } },
    });
    expect(await storedEvent(space, id)).toBeUndefined();
    expect(await deliver(space, exactly)).toEqual({ statusCode: 200 });
  });

  it.each([
    ["is not JSON", "hello"],
    ["is cut short", anEvent().body.slice(0, -1)],
    ["is another object", JSON.stringify({ id: "cs_1", object: "checkout.session" })],
    ["has an id that could reach into another key", anEvent({ id: "evt_1#x" }).body],
    ["is null", "null"],
  ])("with 400 `not_an_event` where it %s", async (_, body) => {
    expect(answerOf(await deliver(space, body))).toMatchObject({
      status: 400,
      body: { error: { code: "not_an_event" } },
    });
  });

  it("with the same where it is a self-test, which is counted apart", async () => {
    const said = metricsSaid();
    expect(answerOf(await deliver(space, SELF_TEST))).toMatchObject({
      body: { error: { code: "not_an_event" } },
    });
    expect(said()).toEqual({ SelfTestsVerified: [1] });
  });

  it("and strangers cannot have the log grow as they like", async () => {
    vi.resetModules();
    const { handler } = await import("../../../functions/stripe_events/receive.ts");
    const logged = (["info", "warn", "error"] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation(() => {}),
    );
    const { first } = space;
    const path = { space: space.space, room: first.room, marketplace: first.marketplace };
    const post = (body: string, headers: Record<string, string>) =>
      handler(aRequest({ method: "POST", path, headers, body }));
    for (let n = 0; n < 20; n++) {
      const { body } = anEvent();
      await post(body, { "stripe-signature": sign(body, "whsec_wrong") });
      await post(body, {});
      await post("x".repeat(1_000_001), { "stripe-signature": sign("x", "whsec_wrong") });
    }
    // A few seconds may have passed, each five of which earn a line.
    expect(logged.flatMap(({ mock }) => mock.calls).length).toBeLessThan(20);
  });
});

describe("the table", () => {
  it("is called exactly once before a warm 200, new event or old", async () => {
    await deliver(space, anEvent().body);
    const { body } = anEvent();
    const calls: string[] = [];
    dynamodb.middlewareStack.add(
      (next, context) => (args) => {
        calls.push(context.commandName ?? "?");
        return next(args);
      },
      // The last step before the wire, so that a second try of the SDK would count too.
      { step: "deserialize", name: "count" },
    );
    await deliver(space, body);
    await deliver(space, body);
    dynamodb.middlewareStack.remove("count");
    expect(calls).toEqual(["PutItemCommand", "PutItemCommand"]);
  });

  it("that is down is a 503 within 5 s, whether it refuses or never answers", async () => {
    const silent = createServer(() => {}).listen(0, "127.0.0.1");
    await waitUntil(() => silent.listening);
    const address = silent.address();
    const silentPort = typeof address === "object" ? address?.port : undefined;
    silent.unref();
    for (const port of [1, silentPort]) {
      vi.resetModules();
      vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", `http://127.0.0.1:${port}`);
      const { handler } = await import("../../../functions/stripe_events/receive.ts");
      const { first } = space;
      const { body } = anEvent();
      const began = performance.now();
      const answer = await handler(
        aRequest({
          method: "POST",
          path: { space: space.space, room: first.room, marketplace: first.marketplace },
          headers: { "stripe-signature": sign(body, first.webhookSecret) },
          body,
        }),
      );
      expect(answerOf(answer)).toMatchObject({ status: 503, body: { error: { code: "unavailable" } } });
      expect(performance.now() - began).toBeLessThan(5_000);
    }
    vi.unstubAllEnvs();
  });
});

it.each([
  ["a Marketplace", () => ({ space: space.space, room: "store", marketplace: randomUUID() })],
  ["a Space", () => ({ space: `nobodys-${randomBytes(6).toString("hex")}` })],
])("reads once for %s that is not there, whatever it is signed with", async (_what, path) => {
  const { body } = anEvent();
  const calls = vi.spyOn(dynamodb, "send");
  const answer = await post({ ...path(), body, signature: sign(body, "whsec_4242") });
  const made = calls.mock.calls.length;
  calls.mockRestore();
  expect([answer.statusCode, made]).toEqual([400, 1]);
});
