import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { build } from "esbuild";
import Stripe from "stripe";
import * as v from "valibot";
import { afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { httpError, KmsUnavailable, StripeRequestFailed } from "../../../lib/errors.ts";
import { whyOf } from "../../../lib/stripe_events/cause.ts";
import { NonRetryableError } from "../../../lib/stripe_events/outcome.ts";
import { loadPlatform, NoApiToken } from "../../../lib/utilities/platform.ts";
import { BUNDLING } from "../../../release/bundle_functions.ts";
import { saveApiToken } from "../../support/api_tokens.ts";
import { contextOf } from "../../support/handled_event.ts";
import { anOrder, weather } from "../../support/orders.ts";
import { serve } from "../../support/serve.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { aVendorAtStripe } from "../../support/vendors.ts";

const REQUEST_ID = expect.stringMatching(/^req_\w+$/);

/** What some work throws. */
async function thrownBy(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

describe("what Stripe's SDK throws", () => {
  let space: TestSpace;
  let stripe: Stripe;
  beforeAll(async () => {
    space = await aSpace();
    ({ stripe } = await contextOf(space));
  });
  afterEach(() => weather(space, { unavailable: 0, rate_limit: 0, error_before_effect: 0 }));

  it("has Stripe's code for its cause, and Stripe's name of the request", async () => {
    expect(whyOf(await thrownBy(() => stripe.transfers.retrieve("tr_of_nobody")))).toEqual({
      cause: "stripe:resource_missing",
      request_id: REQUEST_ID,
    });
    const transfer = { amount: 99_999_99, currency: "usd", destination: await aVendorAtStripe(space) };
    expect(whyOf(await thrownBy(() => stripe.transfers.create(transfer)))).toEqual({
      cause: "stripe:balance_insufficient",
      request_id: REQUEST_ID,
    });
  });

  it("has the same cause whichever object it is about, and another name each time", async () => {
    const [one, other] = [
      whyOf(await thrownBy(() => stripe.charges.retrieve("ch_1"))),
      whyOf(await thrownBy(() => stripe.checkout.sessions.retrieve("cs_2"))),
    ];
    expect(one.cause).toBe(other.cause);
    expect(one.request_id).not.toBe(other.request_id);
  });

  it("has the status where Stripe says no code, as in bad weather", async () => {
    const order = await anOrder(space);
    await weather(space, { unavailable: 2 });
    expect(
      whyOf(await thrownBy(() => stripe.checkout.sessions.retrieve(order.checkout_session))),
    ).toMatchObject({ cause: "stripe:http_503" });
  });

  it("names a key that is refused", async () => {
    const keyless = await aSpace();
    await saveApiToken(keyless.space, "sk_test_revoked0000000000", keyless.utility);
    const { stripe } = await loadPlatform(keyless.space);
    expect(whyOf(await thrownBy(() => stripe.balance.retrieve()))).toEqual({
      cause: "stripe:key_refused",
      request_id: REQUEST_ID,
    });
  });

  it("tells a time-out from a Stripe that is not there, and has no request then", async () => {
    const silent = new URL(await serve(() => new Promise(() => {})));
    const at = { host: silent.hostname, protocol: "http", maxNetworkRetries: 0 } as const;
    const slow = new Stripe("sk_test_1234567890", { ...at, port: silent.port, timeout: 50 });
    expect(whyOf(await thrownBy(() => slow.balance.retrieve()))).toEqual({ cause: "stripe:timeout" });
    const gone = new Stripe("sk_test_1234567890", { ...at, port: 1 });
    expect(whyOf(await thrownBy(() => gone.balance.retrieve()))).toEqual({ cause: "stripe:unreachable" });
  });

  it("says why a bank declined", () => {
    const raw = { type: "card_error", code: "card_declined", decline_code: "insufficient_funds" } as const;
    expect(whyOf(new Stripe.errors.StripeCardError({ ...raw, message: "" })).cause).toBe(
      "stripe:card_declined.insufficient_funds",
    );
  });

  it.each(["sk_test_4242424242424242", "acct_1PxYz", "cus_J5", "Jenny Rosen", "a".repeat(200)])(
    "takes %j for no code, and for no name of a request",
    (text) => {
      const raw = {
        type: "invalid_request_error",
        code: text,
        requestId: text,
        statusCode: 400,
        message: text,
      } as const;
      expect(whyOf(new Stripe.errors.StripeInvalidRequestError(raw))).toEqual({
        cause: "stripe:invalid_request_error",
        request_id: undefined,
      });
    },
  );
});

describe("what is thrown on our side", () => {
  it("has the code of what a handler refuses", () => {
    const refused = new NonRetryableError("cs_1 claims Order 2", { code: "order_mismatch" });
    expect(whyOf(refused)).toEqual({ cause: "handler:order_mismatch" });
    expect(whyOf(new NonRetryableError("no use")).cause).toBe("handler:NonRetryableError@cause.test.ts");
  });

  it("has the code that is answered elsewhere, and the request of Stripe's that is behind it", () => {
    expect(whyOf(httpError("stripe_unavailable")).cause).toBe("handler:stripe_unavailable");
    const raw = { type: "invalid_request_error", requestId: "req_behind", message: "" } as const;
    const cause = new Stripe.errors.StripeInvalidRequestError(raw);
    expect(whyOf(new StripeRequestFailed("stripe_refused", "Stripe refused this.", { cause }))).toEqual({
      cause: "handler:stripe_refused",
      request_id: "req_behind",
    });
  });

  it("names a Space without a key, and a KMS that does not open one", () => {
    expect(whyOf(new NoApiToken("the Space demo has no Stripe key")).cause).toBe("stripe:no_api_token");
    const throttled = Object.assign(new Error("slow down"), { name: "ThrottlingException" });
    expect(whyOf(new KmsUnavailable(throttled)).cause).toBe("kms:ThrottlingException");
  });

  it("names what a table answers, and that it did not", async () => {
    const read = new GetCommand({ TableName: "no-such-table", Key: { pk: "1" } });
    expect(whyOf(await thrownBy(() => dynamodb.send(read))).cause).toBe("table:ResourceNotFoundException");
    const get = new GetCommand({ TableName: configuration.eventsTable, Key: { pk: "1" } });
    const aborted = await thrownBy(() => dynamodb.send(get, { abortSignal: AbortSignal.abort() }));
    expect(whyOf(aborted).cause).toBe("table:AbortError");
  });

  it("has a mistake's class and the file of ours that it comes from, though Node or a package threw it", async () => {
    const nothing: { id?: { length: number } } = JSON.parse("{}");
    const [place, elsewhere] = [
      await thrownBy(() => nothing.id?.length.toFixed(101) ?? Symbol("id").toString().repeat(-1)),
      await thrownBy(() => JSON.parse("{ jenny@example.com")),
    ];
    expect(whyOf(place).cause).toBe("handler:RangeError@cause.test.ts");
    expect(whyOf(elsewhere).cause).toBe("handler:SyntaxError@cause.test.ts");
    const unreadable = await thrownBy(() => v.parse(v.object({ amount: v.number() }), { amount: "4242" }));
    expect(whyOf(unreadable).cause).toBe("handler:ValiError@cause.test.ts");
  });

  it("has the same cause from another line of the same file", () => {
    const one = whyOf(new TypeError("one"));
    const other = whyOf(new TypeError("another, at another line"));
    expect(one).toEqual(other);
  });

  it("names the source, not the artifact that it was bundled into", async () => {
    const folder = mkdtempSync(join(tmpdir(), "convene-stripe-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const source = join(folder, "settle_twice.ts");
    const artifact = join(folder, "dispatch.cjs");
    const cause = join(import.meta.dirname, "../../../lib/stripe_events/cause.ts");
    writeFileSync(
      source,
      `import { whyOf } from ${JSON.stringify(cause)};
      async function settle(order: any) { await order; return order.money.sent; }
      settle({}).catch((error: unknown) => console.log(whyOf(error).cause));`,
    );
    await build({ ...BUNDLING, entryPoints: [source], outfile: artifact });
    const said = execFileSync(process.execPath, [artifact], { encoding: "utf8" });
    expect(said).toBe("handler:TypeError@settle_twice.ts\n");
  });

  it("knows a place with the generation of a save in it, and none in what others wrote", () => {
    const error = new TypeError("no");
    error.stack = [
      "TypeError: no",
      "    at refuse (/srv/shop/node_modules/valibot/src/index.ts:7:1)",
      "    at node:internal/process/task_queues:95:5",
      "    at async settle (file:///srv/shop/lib/money/settle.ts?generation=12:41:9)",
    ].join("\n");
    expect(whyOf(error).cause).toBe("handler:TypeError@settle.ts");
  });

  it("is a code of bounded length, whatever is thrown, and quotes nobody", () => {
    const secret = "sk_test_4242 of jenny@example.com";
    const named = Object.assign(new Error(secret), { name: secret, stack: `${secret}\n    at ${secret}` });
    const long = Object.assign(new Error("no"), { name: "A".repeat(300) });
    const foreign: unknown = runInNewContext("new TypeError('no')");
    for (const thrown of [named, long, foreign, secret, undefined, null, { secret }, Symbol("no")]) {
      const { cause } = whyOf(thrown);
      expect(cause).toMatch(/^handler:[\w.@]{1,160}$/);
      expect(cause).not.toMatch(/4242|jenny/);
    }
  });
});
