import { connect } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { waitFor } from "../../../support/wait.ts";
import { newPlatform, sessionParams, simulatorForTests } from "../support.ts";

const url = await simulatorForTests();
const { key, stripe, live, raw, control, connected, setFaults } = await newPlatform(url, ["Vendor"]);

const FORM =
  "mode=payment&success_url=http://shop.example&line_items[0][quantity]=1&line_items[0][price_data][currency]=usd&line_items[0][price_data][unit_amount]=1000&line_items[0][price_data][product_data][name]=Tea";
const post = (idempotencyKey: string, form = FORM, path = "/v1/checkout/sessions") =>
  raw("POST", path, form, { "Idempotency-Key": idempotencyKey });

afterEach(() => vi.useRealTimers());

describe("a request with the same Idempotency-Key", () => {
  it("gets the same answer again, whatever the order of its fields, and does nothing", async () => {
    const first = await post("same");
    const again = await post("same", FORM.split("&").toReversed().join("&"));
    expect(again.body).toEqual(first.body);
    expect(first.headers.get("Idempotent-Replayed")).toBeNull();
    expect(again.headers.get("Idempotent-Replayed")).toBe("true");
    expect(again.headers.get("Original-Request")).toBe(first.headers.get("Request-Id"));
    expect(again.headers.get("Request-Id")).not.toBe(first.headers.get("Request-Id"));
  });

  it.each([
    ["parameters", "/v1/checkout/sessions", `${FORM}&client_reference_id=other`],
    ["path", "/v1/webhook_endpoints", FORM],
  ])("but another %s is refused", async (what, path, form) => {
    await post(`other ${what}`);
    expect(await post(`other ${what}`, form, path)).toMatchObject({
      status: 400,
      body: { error: { type: "idempotency_error", message: expect.stringContaining(`'other ${what}'`) } },
    });
  });

  it("is another one in the other mode and for another account", async () => {
    const options = { idempotencyKey: "everywhere" };
    const ids = [
      await stripe.checkout.sessions.create(sessionParams(), options),
      await live.checkout.sessions.create(sessionParams(), options),
      await stripe.checkout.sessions.create(sessionParams(), {
        ...options,
        stripeAccount: connected[0] ?? "",
      }),
    ].map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
  });

  it("may be used again after its parameters were refused", async () => {
    expect(await post("refused", "mode=payment")).toMatchObject({ status: 400 });
    expect(await post("refused")).toMatchObject({ status: 200 });
  });

  it("gets a refusal again that was given because of the object's state", async () => {
    const { id } = (await post("to expire")).body;
    await post("first expiry", "", `/v1/checkout/sessions/${id}/expire`);
    const expire = () => post("second expiry", "", `/v1/checkout/sessions/${id}/expire`);
    expect(await expire()).toMatchObject({ status: 400 });
    const again = await expire();
    expect(again.status).toBe(400);
    expect(again.headers.get("Idempotent-Replayed")).toBe("true");
  });

  it("gets a saved 500 again, though the session was made", async () => {
    const before = (await stripe.checkout.sessions.list({ limit: 100 })).data.length;
    await setFaults({ error_after_success: 1 });
    for (const _try of ["first", "again"])
      expect(await post("unlucky")).toMatchObject({ status: 500, body: { error: { type: "api_error" } } });
    expect((await stripe.checkout.sessions.list({ limit: 100 })).data).toHaveLength(before + 1);
  });

  it("is forgotten after 24 hours", async () => {
    const first = await post("old");
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 24 * 60 * 60 * 1000 + 1_000 });
    expect((await post("old")).body.id).not.toBe(first.body.id);
  });

  it("is refused while the first is in progress", async () => {
    // The first one says that there is more to come and does not send it.
    const slow = connect(Number(new URL(url).port), "127.0.0.1");
    slow.write(
      `POST /v1/checkout/sessions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nIdempotency-Key: busy\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nmode=payment`,
    );
    await waitFor(async () =>
      expect(await post("busy", "mode=payment")).toMatchObject({
        status: 409,
        body: { error: { code: "idempotency_key_in_use", type: "idempotency_error" } },
      }),
    );
    slow.destroy();
    await waitFor(async () => expect(await post("busy")).toMatchObject({ status: 200 }));
  });
});

it("refuses a key of more than 255 characters", async () => {
  expect(await post("k".repeat(255))).toMatchObject({ status: 200 });
  expect(await post("k".repeat(256))).toMatchObject({
    status: 400,
    body: { error: { type: "idempotency_error" } },
  });
});

it("names the request and its key in the events that it caused", async () => {
  const session = await stripe.checkout.sessions.create(sessionParams());
  const expired = await stripe.checkout.sessions.expire(session.id, {}, { idempotencyKey: "the cause" });
  const [event] = (await stripe.events.list({ type: "checkout.session.expired", limit: 1 })).data;
  expect(event?.request).toEqual({ id: expired.lastResponse.requestId, idempotency_key: "the cause" });
});

it("keeps a list of the requests for tests that count them", async () => {
  await post("counted");
  await post("counted");
  const { body } = await control("/requests?path=/v1/checkout/sessions");
  expect(body.count).toBe(body.data.length);
  expect(body.data.slice(-2)).toMatchObject([
    { method: "POST", path: "/v1/checkout/sessions", status: 200, idempotency_key: "counted" },
    { idempotency_key: "counted" },
  ]);
  expect((await control("/requests?path=/v1/nothing")).body).toEqual({ count: 0, data: [] });
});
