import { Socket } from "node:net";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { ValidationError } from "../../../lib/errors.ts";
import { checkApiToken } from "../../../lib/utilities/check_api_token.ts";
import { anApiToken } from "../../support/api_tokens.ts";
import { stripeThatAnswers, stripeThatSleeps } from "../../support/stripe.ts";
import { aStripeKey, NEEDED_PERMISSIONS } from "../../support/stripe_keys.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** What stands at the field. */
async function troubleWith(key: string): Promise<string | undefined> {
  const error = await checkApiToken(key).catch((refused: unknown) => refused);
  expect(error).toBeInstanceOf(ValidationError);
  return error instanceof ValidationError ? error.fields.api_token : undefined;
}

/** The requests that a key made at Stripe, oldest first. */
async function requestsBy(key: string): Promise<{ method: string; path: string; status: number }[]> {
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(`${inject("simulatorUrl")}/simulator/requests`, { headers });
  const { data } = await response.json();
  return data;
}

describe("a good key", () => {
  it.each([
    ["test", false],
    ["live", true],
  ] as const)("in %s mode tells whose account it is of, and that livemode is %s", async (mode, livemode) => {
    const { key, account, name } = await aStripeKey({ mode });
    expect(await checkApiToken(key)).toEqual({ account, name, livemode });
  });

  it("goes to Stripe once, because a secret key may do everything", async () => {
    const { key } = await aStripeKey();
    await checkApiToken(key);
    expect(await requestsBy(key)).toMatchObject([{ method: "GET", path: "/v1/account", status: 200 }]);
  });

  it.each([
    ["of no name", { settings: { dashboard: { display_name: null } }, business_profile: null }, "acct_1"],
    ["of an empty name", { settings: { dashboard: { display_name: "" } } }, "acct_1"],
    ["of a business", { settings: null, business_profile: { name: "Acme" } }, "Acme"],
  ])("of an account %s is told by what there is", async (_what, facts, name) => {
    await using there = await stripeThatAnswers(200, { id: "acct_1", object: "account", ...facts });
    vi.stubEnv("STRIPE_API_BASE", there.url);
    expect(await checkApiToken(anApiToken())).toMatchObject({ account: "acct_1", name });
  });
});

describe("a restricted key", () => {
  it("with all that is needed, and no more, is as good", async () => {
    const { key, account, name } = await aStripeKey({ permissions: NEEDED_PERMISSIONS });
    expect(await checkApiToken(key)).toEqual({ account, name, livemode: false });
  });

  it("leaves nothing behind at Stripe when it is tried", async () => {
    const { key } = await aStripeKey({ permissions: NEEDED_PERMISSIONS });
    await checkApiToken(key);
    const writes = (await requestsBy(key)).filter(({ method }) => method === "POST");
    expect(writes.map(({ path, status }) => [path, status]).sort()).toEqual([
      ["/v1/account_links", 400],
      ["/v1/checkout/sessions", 400],
      ["/v1/refunds", 400],
      ["/v1/transfers", 400],
      ["/v1/webhook_endpoints", 400],
    ]);
  });

  it.each([
    ["accounts_kyc_basic_read", "Basic Business Contact Information: Read"],
    ["checkout_session_write", "Checkout Sessions: Write"],
    ["payment_intent_read", "PaymentIntents: Read"],
    ["charge_write", "Charges and Refunds: Write"],
    ["dispute_read", "Disputes: Read"],
    ["balance_read", "Balance: Read"],
    ["balance_transaction_source_read", "Balance Transaction Sources: Read"],
    ["transfer_write", "Transfers: Write"],
    ["event_read", "Events: Read"],
    ["webhook_write", "Webhook Endpoints: Write"],
    ["connected_account_read", "Accounts (Connect): Read"],
    ["account_link_write", "Account Links (Connect): Write"],
  ])("without %s is refused with the name %s", async (without, named) => {
    const permissions = NEEDED_PERMISSIONS.filter((permission) => permission !== without);
    const { key } = await aStripeKey({ permissions });
    expect(await troubleWith(key)).toBe(`This restricted key lacks ${named}.`);
  });

  it("that may read where it must write is told so", async () => {
    const { key } = await aStripeKey({
      permissions: [
        "accounts_kyc_basic_read",
        "checkout_session_read",
        "payment_intent_write",
        "charge_read",
        "dispute_write",
        "balance_read",
        "balance_transaction_source_read",
        "transfer_read",
        "event_read",
        "webhook_read",
        "connected_account_write",
        "account_link_read",
      ],
    });
    expect(await troubleWith(key)).toBe(
      "This restricted key lacks Checkout Sessions: Write, Charges and Refunds: Write, Transfers: Write, Webhook Endpoints: Write, Account Links (Connect): Write.",
    );
  });

  it("that lacks several permissions is told all of them at once", async () => {
    const { key } = await aStripeKey({ permissions: [] });
    expect(await troubleWith(key)).toBe(
      "This restricted key lacks Basic Business Contact Information: Read, Checkout Sessions: Write, PaymentIntents: Read, Charges and Refunds: Write, Disputes: Read, Balance: Read, Balance Transaction Sources: Read, Transfers: Write, Events: Read, Webhook Endpoints: Write, Accounts (Connect): Read, Account Links (Connect): Write.",
    );
  });
});

it.each(["sk_test_", "rk_test_", "sk_live_", "rk_live_"])(
  "says of a key %s… that Stripe does not know it",
  async (prefix) => {
    expect(await troubleWith(anApiToken(prefix))).toBe("Stripe does not know this key.");
  },
);

const NOT_ASKED =
  "Stripe could not be asked about this key. The one that was saved is still there; try again in a moment.";

describe.each(["sk_test_", "rk_test_"])(
  "says of a key %s… that Stripe could not be asked where",
  (prefix) => {
    it.each([
      ["Stripe limits the rate", 429, "invalid_request_error"],
      ["Stripe is broken", 500, "api_error"],
      ["Stripe is away", 503, "api_error"],
    ])("%s", async (_what, status, type) => {
      await using there = await stripeThatAnswers(status, { error: { type, message: "trouble" } });
      vi.stubEnv("STRIPE_API_BASE", there.url);
      expect(await troubleWith(anApiToken(prefix))).toBe(NOT_ASKED);
    });

    it("Stripe is away, which a program is told by its status", async () => {
      await using there = await stripeThatAnswers(503, { error: { type: "api_error", message: "trouble" } });
      vi.stubEnv("STRIPE_API_BASE", there.url);
      await expect(checkApiToken(anApiToken(prefix))).rejects.toMatchObject({
        status: 503,
        code: "stripe_unavailable",
      });
    });

    it("something else answers in the place of Stripe", async () => {
      await using there = await stripeThatAnswers(502, ["a proxy"]);
      vi.stubEnv("STRIPE_API_BASE", there.url);
      expect(await troubleWith(anApiToken(prefix))).toBe(NOT_ASKED);
    });

    it("nobody is there", async () => {
      const gone = await stripeThatAnswers(200, {});
      await gone[Symbol.asyncDispose]();
      vi.stubEnv("STRIPE_API_BASE", gone.url);
      expect(await troubleWith(anApiToken(prefix))).toBe(NOT_ASKED);
    });

    it("Stripe takes longer than 8 s, twice", async () => {
      await using there = await stripeThatSleeps();
      vi.stubEnv("STRIPE_API_BASE", there.url);
      shortenPatience(8_000);
      expect(await troubleWith(anApiToken(prefix))).toBe(NOT_ASKED);
      expect(there.asked.filter((url) => url === "/v1/account")).toHaveLength(2);
    });
  },
);

it.each([429, 503])(
  "does not take a restricted key whose permissions Stripe answers with %i",
  async (status) => {
    const trouble = { error: { type: "api_error", message: "trouble" } };
    await using there = await stripeThatAnswers(status, trouble, { "/v1/account": { id: "acct_1" } });
    vi.stubEnv("STRIPE_API_BASE", there.url);
    expect(await troubleWith(anApiToken("rk_test_"))).toBe(NOT_ASKED);
  },
);

/** Whoever would wait so long for an answer gives up at once: nothing else about time is changed. */
function shortenPatience(patience_ms: number): void {
  const setTimeout = Socket.prototype.setTimeout;
  vi.spyOn(Socket.prototype, "setTimeout").mockImplementation(function (this: Socket, ms, callback) {
    return setTimeout.call(this, ms === patience_ms ? 500 : ms, callback);
  });
}
