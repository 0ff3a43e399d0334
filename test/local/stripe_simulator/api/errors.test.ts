import { describe, expect, it } from "vitest";
import { newPlatform, sessionParams, simulatorForTests } from "../support.ts";

const url = await simulatorForTests();
const platform = await newPlatform(url, ["Vendor"]);
const stranger = await newPlatform(url, ["Vendor of somebody else"]);

const LINE = "line_items[0][price_data][product_data][name]=Tea&line_items[0][quantity]=1";
const PRICE = "line_items[0][price_data][currency]=usd&line_items[0][price_data][unit_amount]=1000";
const GOOD = `mode=payment&success_url=http://shop.example&${LINE}&${PRICE}`;
const without = (name: string) =>
  GOOD.split("&")
    .filter((pair) => !pair.startsWith(`${name}=`))
    .join("&");
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const lines = (count: number) =>
  Array.from({ length: count }, (_, n) => `${LINE}&${PRICE}`.replaceAll("[0]", `[${n}]`)).join("&");
const manyKeys = Array.from({ length: 51 }, (_, n) => `metadata[k${n}]=1`).join("&");

interface Expected {
  code?: string;
  param?: string;
  message?: RegExp;
}

describe("a Checkout Session is refused, as at Stripe, for", () => {
  it.each<[string, string, Expected]>([
    ["an unknown parameter", `${GOOD}&colour=red`, { code: "parameter_unknown", param: "colour" }],
    [
      "an unknown parameter inside another",
      `${GOOD}&line_items[0][price_data][colour]=red`,
      { code: "parameter_unknown", param: "line_items[0][price_data][colour]" },
    ],
    [
      "no mode",
      without("mode"),
      { code: "parameter_missing", param: "mode", message: /Missing required param: mode/ },
    ],
    [
      "no lines",
      "mode=payment&success_url=http://a.example",
      { code: "parameter_missing", param: "line_items" },
    ],
    [
      "no currency",
      without("line_items[0][price_data][currency]"),
      { code: "parameter_missing", param: "line_items[0][price_data][currency]" },
    ],
    ["no success_url", without("success_url"), { code: "parameter_missing", param: "success_url" }],
    [
      "an unknown mode",
      GOOD.replace("mode=payment", "mode=gift"),
      { param: "mode", message: /must be one of payment, setup, subscription/ },
    ],
    [
      "a mode that is not played",
      GOOD.replace("mode=payment", "mode=setup"),
      { param: "mode", message: /simulator/ },
    ],
    [
      "an amount that is no integer",
      GOOD.replace("=1000", "=10.5"),
      {
        code: "parameter_invalid_integer",
        param: "line_items[0][price_data][unit_amount]",
        message: /Invalid integer: 10.5/,
      },
    ],
    ["a negative amount", GOOD.replace("=1000", "=-1"), { code: "parameter_invalid_integer" }],
    [
      "a quantity of nothing",
      GOOD.replace("[quantity]=1", "[quantity]=0"),
      { code: "parameter_invalid_integer", param: "line_items[0][quantity]" },
    ],
    [
      "too small an amount",
      GOOD.replace("=1000", "=49"),
      { code: "amount_too_small", message: /at least \$0.50 usd/ },
    ],
    [
      "too small an amount of yen",
      GOOD.replace("usd", "jpy").replace("=1000", "=49"),
      { code: "amount_too_small", message: /¥50 jpy/ },
    ],
    ["too large an amount", GOOD.replace("=1000", "=1000000000000"), { code: "amount_too_large" }],
    [
      "too large a total",
      GOOD.replace("=1000", "=999999999999").replace("[quantity]=1", "[quantity]=2"),
      { code: "amount_too_large", param: "line_items" },
    ],
    [
      "too small an amount of forints",
      GOOD.replace("usd", "huf").replace("=1000", "=17499"),
      { code: "amount_too_small", message: /175\.00 huf/ },
    ],
    [
      "a fraction of a shilling",
      GOOD.replace("usd", "ugx").replace("=1000", "=1050"),
      {
        param: "line_items[0][price_data][unit_amount]",
        message: /^Invalid amount\. Currency UGX has become effectively zero-decimal .* divisible by 100\./,
      },
    ],
    [
      "a thousandth of a dinar",
      GOOD.replace("usd", "kwd").replace("=1000", "=1001"),
      { param: "line_items[0][price_data][unit_amount]", message: /KWD .* divisible by 10\./ },
    ],
    [
      "a product's name that is too long",
      GOOD.replace("[name]=Tea", `[name]=${"t".repeat(5_001)}`),
      { param: "line_items[0][price_data][product_data][name]", message: /at most 5000/ },
    ],
    [
      "too large a quantity",
      GOOD.replace("[quantity]=1", "[quantity]=1000000"),
      { code: "parameter_invalid_integer", param: "line_items[0][quantity]" },
    ],
    [
      "too long a success_url",
      GOOD.replace("http://shop.example", `http://shop.example/${"x".repeat(5_000)}`),
      { param: "success_url", message: /^Invalid URL: URL must be 5000 characters or less\.$/ },
    ],
    [
      "a success_url with letters that are not encoded",
      GOOD.replace("http://shop.example", `http://shop.example/${encodeURIComponent("für")}`),
      { param: "success_url", message: /^Invalid URL: Non-ASCII characters in URLs must be percent-encoded/ },
    ],
    [
      "a success_url with another template",
      GOOD.replace("http://shop.example", "http://shop.example/{ORDER}"),
      { code: "url_invalid", param: "success_url" },
    ],
    [
      "an unsupported currency",
      GOOD.replace("usd", "xxx"),
      { param: "line_items[0][price_data][currency]", message: /Invalid currency: xxx/ },
    ],
    [
      "two currencies",
      `${GOOD}&${`${LINE}&${PRICE}`.replaceAll("[0]", "[1]").replace("usd", "eur")}`,
      { param: "line_items", message: /same currency/ },
    ],
    [
      "101 lines",
      `mode=payment&success_url=http://a.example&${lines(101)}`,
      { param: "line_items", message: /up to 100/ },
    ],
    [
      "an empty success_url",
      GOOD.replace("http://shop.example", ""),
      { code: "parameter_invalid_empty", param: "success_url" },
    ],
    [
      "a success_url that is none",
      GOOD.replace("http://shop.example", "shop"),
      { code: "url_invalid", param: "success_url", message: /^Not a valid URL$/ },
    ],
    [
      "a script as cancel_url",
      `${GOOD}&cancel_url=javascript:alert(1)`,
      { code: "url_invalid", param: "cancel_url" },
    ],
    [
      "an email that is none",
      `${GOOD}&customer_email=jenny`,
      { code: "email_invalid", param: "customer_email" },
    ],
    [
      "too long a metadata key",
      `${GOOD}&metadata[${"k".repeat(41)}]=1`,
      { param: "metadata", message: /40 characters/ },
    ],
    [
      "too long a metadata value",
      `${GOOD}&metadata[k]=${"v".repeat(501)}`,
      { param: "metadata[k]", message: /500 characters/ },
    ],
    ["too many metadata keys", `${GOOD}&${manyKeys}`, { param: "metadata", message: /50 metadata keys/ }],
    ["metadata that is no map", `${GOOD}&metadata=1`, { param: "metadata", message: /Invalid object/ }],
    [
      "lines that are no list",
      GOOD.replaceAll("line_items[0]", "line_items"),
      { param: "line_items", message: /Invalid array/ },
    ],
    [
      "an end too soon",
      `${GOOD}&expires_at=${inSeconds(1_000)}`,
      { param: "expires_at", message: /at least 30 minutes/ },
    ],
    [
      "an end too late",
      `${GOOD}&expires_at=${inSeconds(90_000)}`,
      { param: "expires_at", message: /less than 24 hours/ },
    ],
    [
      "an unknown payment method",
      `${GOOD}&allowed_payment_method_types[]=gold`,
      { param: "allowed_payment_method_types[0]" },
    ],
    [
      "too long a client_reference_id",
      `${GOOD}&client_reference_id=${"r".repeat(201)}`,
      { param: "client_reference_id", message: /at most 200/ },
    ],
    [
      "an unknown expansion",
      `${GOOD}&expand[]=colour`,
      { param: "expand", message: /cannot be expanded \(colour\)/ },
    ],
    [
      "an expansion that is no list",
      `${GOOD}&expand=line_items`,
      { param: "expand", message: /Invalid array/ },
    ],
  ])("%s", async (_reason, form, expected) => {
    const { status, body } = await platform.raw("POST", "/v1/checkout/sessions", form);
    expect({ status, type: body.error.type }).toEqual({ status: 400, type: "invalid_request_error" });
    expect(body.error.code).toBe(expected.code);
    if (expected.param) expect(body.error.param).toBe(expected.param);
    if (expected.message) expect(body.error.message).toMatch(expected.message);
    if (expected.code)
      expect(body.error.doc_url).toBe(
        `https://stripe.com/docs/error-codes/${expected.code.replaceAll("_", "-")}`,
      );
  });

  it("nothing: the parameters that the catalogue starts from are good", async () => {
    expect(await platform.raw("POST", "/v1/checkout/sessions", GOOD)).toMatchObject({ status: 200 });
    const hundred = await platform.raw(
      "POST",
      "/v1/checkout/sessions",
      `mode=payment&success_url=http://a.example&${lines(100)}`,
    );
    expect(hundred.body).toMatchObject({ amount_total: 100_000 });
  });
});

const session = await platform.stripe.checkout.sessions.create(sessionParams());
const liveSession = await platform.live.checkout.sessions.create(sessionParams());
const foreignSession = await stranger.stripe.checkout.sessions.create(sessionParams());

describe("other requests are refused for", () => {
  it.each<[string, string, string, number, Expected]>([
    [
      "a limit of nothing",
      "GET",
      "/v1/events?limit=0",
      400,
      { code: "parameter_invalid_integer", param: "limit" },
    ],
    [
      "too large a limit",
      "GET",
      "/v1/charges?limit=101",
      400,
      { code: "parameter_invalid_integer", param: "limit" },
    ],
    [
      "a cursor that is not there",
      "GET",
      "/v1/charges?starting_after=ch_1",
      404,
      { code: "resource_missing", param: "starting_after" },
    ],
    [
      "an unknown filter",
      "GET",
      "/v1/payment_intents?colour=red",
      400,
      { code: "parameter_unknown", param: "colour" },
    ],
    [
      "an unknown filter of created",
      "GET",
      "/v1/events?created[after]=1",
      400,
      { code: "parameter_unknown", param: "created[after]" },
    ],
    ["type and types at once", "GET", "/v1/events?type=a&types[]=b", 400, { param: "types" }],
    ["more than 20 types", "GET", `/v1/events?${"types[]=a&".repeat(21)}`, 400, { param: "types" }],
    [
      "an expansion without data",
      "GET",
      "/v1/charges?expand[]=balance_transaction",
      400,
      { message: /'data.balance_transaction' instead/ },
    ],
    [
      "a deep expansion",
      "GET",
      "/v1/charges?expand[]=data.a.b.c.d.e",
      400,
      { message: /more than 4 levels/ },
    ],
    [
      "an unknown URL",
      "GET",
      "/v1/horses",
      404,
      { message: /Unrecognized request URL \(GET: \/v1\/horses\)/ },
    ],
    ["an unknown method", "DELETE", "/v1/events", 404, { message: /Unrecognized request URL \(DELETE/ }],
    ["a trailing slash", "GET", "/v1/charges/", 404, { message: /trailing slash/ }],
    [
      "an unknown session",
      "GET",
      "/v1/checkout/sessions/cs_test_1",
      404,
      { code: "resource_missing", param: "session", message: /^No such checkout.session: 'cs_test_1'$/ },
    ],
    [
      "an unknown intent",
      "GET",
      "/v1/payment_intents/pi_1",
      404,
      { code: "resource_missing", param: "intent", message: /^No such payment_intent: 'pi_1'$/ },
    ],
    [
      "an update of an unknown session",
      "POST",
      "/v1/checkout/sessions/cs_test_1?metadata[order]=1",
      404,
      { code: "resource_missing", param: "session" },
    ],
    [
      "an update of an unknown intent",
      "POST",
      "/v1/payment_intents/pi_1?metadata[order]=1",
      404,
      { code: "resource_missing", param: "intent" },
    ],
    [
      "an update of what cannot be changed of a session",
      "POST",
      `/v1/checkout/sessions/${session.id}?success_url=http://shop.example`,
      400,
      { code: "parameter_unknown", param: "success_url" },
    ],
    [
      "metadata that is no map",
      "POST",
      `/v1/checkout/sessions/${session.id}?metadata=1`,
      400,
      { param: "metadata" },
    ],
    ["an unknown charge", "GET", "/v1/charges/ch_1", 404, { code: "resource_missing", param: "id" }],
    [
      "an unknown balance transaction",
      "GET",
      "/v1/balance_transactions/txn_1",
      404,
      { code: "resource_missing", param: "id" },
    ],
    ["an unknown event", "GET", "/v1/events/evt_1", 404, { code: "resource_missing", param: "id" }],
    [
      "an unknown endpoint",
      "DELETE",
      "/v1/webhook_endpoints/we_1",
      404,
      { code: "resource_missing", param: "webhook_endpoint" },
    ],
    ["an object of the wrong kind", "GET", `/v1/charges/${session.id}`, 404, { code: "resource_missing" }],
    [
      "an object of the other mode",
      "GET",
      `/v1/checkout/sessions/${liveSession.id}`,
      404,
      {
        code: "resource_missing",
        message: /a similar object exists in live mode, but a test mode key was used/,
      },
    ],
    [
      "another account's object",
      "GET",
      `/v1/checkout/sessions/${foreignSession.id}`,
      404,
      { code: "resource_missing", message: /'$/ },
    ],
    [
      "another platform's account",
      "GET",
      `/v1/accounts/${stranger.connected[0]}`,
      403,
      { code: "account_invalid" },
    ],
  ])("%s", async (_reason, method, path, status, expected) => {
    const answer = await platform.raw(method, path);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatchObject({
      type: "invalid_request_error",
      message: expect.stringMatching(expected.message ?? /./),
      ...(expected.param && { param: expected.param }),
    });
    expect(answer.body.error.code).toBe(expected.code);
    expect(answer.headers.get("Request-Id")).toMatch(/^req_\w{14}$/);
  });

  it("a body that is no form", async () => {
    const answer = await platform.raw("POST", "/v1/webhook_endpoints", "{}", {
      "Content-Type": "application/json",
    });
    expect(answer).toMatchObject({ status: 400, body: { error: { type: "invalid_request_error" } } });
  });
});

describe("authentication", () => {
  it.each([
    ["no key", {}, /You did not provide an API key/],
    [
      "an unknown key",
      { Authorization: "Bearer sk_test_abcdefgh1234" },
      /Invalid API Key provided: sk_test_\*{8}1234/,
    ],
    ["another scheme", { Authorization: "Digest x" }, /You did not provide an API key/],
  ])("answers 401 to %s", async (_case, headers, message) => {
    const answer = await fetch(`${url}/v1/account`, { headers });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("Request-Id")).toMatch(/^req_/);
    expect(await answer.json()).toMatchObject({
      error: { type: "invalid_request_error", message: expect.stringMatching(message) },
    });
  });

  it("takes the key as the user name, too, as curl -u sends it", async () => {
    const basic = `Basic ${Buffer.from(`${platform.key}:`).toString("base64")}`;
    expect(await platform.raw("GET", "/v1/account", null, { Authorization: basic })).toMatchObject({
      body: { id: platform.id },
    });
  });

  it("lets a platform act for its connected account and for no other", async () => {
    const [vendor = ""] = platform.connected;
    const [other = ""] = stranger.connected;
    const session = await platform.stripe.checkout.sessions.create(sessionParams(), {
      stripeAccount: vendor,
    });
    await expect(platform.stripe.checkout.sessions.retrieve(session.id)).rejects.toMatchObject({
      code: "resource_missing",
    });
    expect(
      await platform.stripe.checkout.sessions.retrieve(session.id, {}, { stripeAccount: vendor }),
    ).toMatchObject({ id: session.id });
    await expect(platform.stripe.charges.list({}, { stripeAccount: other })).rejects.toMatchObject({
      statusCode: 403,
      type: "StripePermissionError",
      code: "account_invalid",
    });
  });

  it("shows a platform itself and its connected accounts", async () => {
    const [vendor = ""] = platform.connected;
    expect(await platform.stripe.accounts.retrieve(vendor)).toMatchObject({
      id: vendor,
      charges_enabled: true,
    });
    expect(await platform.stripe.accounts.retrieveCurrent()).toMatchObject({ id: platform.id });
  });
});
