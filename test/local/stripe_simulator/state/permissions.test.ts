import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startSimulator } from "../../../../local/stripe_simulator/simulator.ts";
import { PERMISSIONS, type Permission } from "../../../../local/stripe_simulator/state/permissions.ts";
import { newPlatform, sessionParams, simulatorForTests, stripeAt } from "../support.ts";

const url = await simulatorForTests();

const make = async (body: object, at = url) => {
  const response = await fetch(`${at}/simulator/accounts`, {
    method: "POST",
    body: JSON.stringify({ display_name: "Space", ...body }),
  });
  return { status: response.status, body: await response.json() };
};

let keys = 0;
/** A new account with one key that may do only this. */
async function restrictedTo(permissions: Permission[], at = url) {
  keys += 1;
  const key = `rk_test_restricted${String(keys).padStart(4, "0")}`;
  const { body } = await make({ restricted_keys: [{ key, permissions }] }, at);
  return { key, account: String(body.id), stripe: stripeAt(at, key) };
}

const headersOf = (key: string) => ({
  Authorization: `Bearer ${key}`,
  "Content-Type": "application/x-www-form-urlencoded",
});

async function ask(key: string, method: string, path: string) {
  const response = await fetch(url + path, { method, headers: headersOf(key) });
  return { status: response.status, body: await response.json() };
}

/** Each route, and the one permission that opens it. */
const ROUTES: [method: string, path: string, permission: Permission][] = [
  ["GET", "/v1/account", "accounts_kyc_basic_read"],
  ["GET", "/v1/accounts/acct_x", "accounts_kyc_basic_read"],
  ["GET", "/v1/balance", "balance_read"],
  ["GET", "/v1/balance_transactions", "balance_transaction_source_read"],
  ["GET", "/v1/balance_transactions/txn_x", "balance_transaction_source_read"],
  ["GET", "/v1/charges", "charge_read"],
  ["GET", "/v1/charges/ch_x", "charge_read"],
  ["GET", "/v1/checkout/sessions", "checkout_session_read"],
  ["POST", "/v1/checkout/sessions", "checkout_session_write"],
  ["GET", "/v1/checkout/sessions/cs_x", "checkout_session_read"],
  ["POST", "/v1/checkout/sessions/cs_x", "checkout_session_write"],
  ["POST", "/v1/checkout/sessions/cs_x/expire", "checkout_session_write"],
  ["GET", "/v1/checkout/sessions/cs_x/line_items", "checkout_session_read"],
  ["GET", "/v1/disputes", "dispute_read"],
  ["GET", "/v1/disputes/du_x", "dispute_read"],
  ["POST", "/v1/disputes/du_x", "dispute_write"],
  ["POST", "/v1/disputes/du_x/close", "dispute_write"],
  ["GET", "/v1/events", "event_read"],
  ["GET", "/v1/events/evt_x", "event_read"],
  ["GET", "/v1/payment_intents", "payment_intent_read"],
  ["GET", "/v1/payment_intents/pi_x", "payment_intent_read"],
  ["POST", "/v1/payment_intents", "payment_intent_write"],
  ["POST", "/v1/payment_intents/pi_x", "payment_intent_write"],
  ["POST", "/v1/payment_intents/pi_x/cancel", "payment_intent_write"],
  ["POST", "/v1/payment_intents/pi_x/confirm", "payment_intent_write"],
  ["POST", "/v1/payment_methods", "payment_method_write"],
  ["GET", "/v1/payment_methods/pm_x", "payment_method_read"],
  ["GET", "/v1/payment_pages/cs_x", "checkout_session_read"],
  ["POST", "/v1/payment_pages/cs_x/confirm", "checkout_session_write"],
  ["GET", "/v1/payouts", "payout_read"],
  ["GET", "/v1/payouts/po_x", "payout_read"],
  ["GET", "/v1/prices", "price_read"],
  ["POST", "/v1/prices", "price_write"],
  ["GET", "/v1/prices/price_x", "price_read"],
  ["GET", "/v1/products", "product_read"],
  ["POST", "/v1/products", "product_write"],
  ["GET", "/v1/products/prod_x", "product_read"],
  ["POST", "/v1/products/prod_x", "product_write"],
  ["GET", "/v1/refunds", "charge_read"],
  ["POST", "/v1/refunds", "charge_write"],
  ["GET", "/v1/refunds/re_x", "charge_read"],
  ["POST", "/v1/refunds/re_x", "charge_write"],
  ["POST", "/v1/refunds/re_x/cancel", "charge_write"],
  ["POST", "/v1/stripecli/sessions", "stripecli_session_write"],
  ["GET", "/v1/transfers", "transfer_read"],
  ["POST", "/v1/transfers", "transfer_write"],
  ["GET", "/v1/transfers/tr_x", "transfer_read"],
  ["POST", "/v1/transfers/tr_x", "transfer_write"],
  ["GET", "/v1/transfers/tr_x/reversals", "transfer_read"],
  ["POST", "/v1/transfers/tr_x/reversals", "transfer_write"],
  ["GET", "/v1/transfers/tr_x/reversals/trr_x", "transfer_read"],
  ["POST", "/v1/transfers/tr_x/reversals/trr_x", "transfer_write"],
  ["GET", "/v1/webhook_endpoints", "webhook_read"],
  ["POST", "/v1/webhook_endpoints", "webhook_write"],
  ["GET", "/v1/webhook_endpoints/we_x", "webhook_read"],
  ["POST", "/v1/webhook_endpoints/we_x", "webhook_write"],
  ["DELETE", "/v1/webhook_endpoints/we_x", "webhook_write"],
];

describe("a restricted key", () => {
  it.each(ROUTES)("needs for %s %s the permission %s, and nothing else", async (method, path, permission) => {
    const opening = [permission, permission.replace(/_read$/, "_write")];
    const without = await restrictedTo(PERMISSIONS.filter((each) => !opening.includes(each)));
    expect(await ask(without.key, method, path)).toMatchObject({
      status: 403,
      body: { error: { message: expect.stringContaining(`Having the 'rak_${permission}' permission`) } },
    });
    const { key } = await restrictedTo([permission]);
    const { body } = await ask(key, method, path);
    expect(body.error?.message ?? "").not.toContain("required permissions");
  });

  it("is refused as Stripe refuses it, with the key masked", async () => {
    const { key, account, stripe } = await restrictedTo([]);
    expect(await ask(key, "GET", "/v1/charges")).toEqual({
      status: 403,
      body: {
        error: {
          type: "invalid_request_error",
          code: "more_permissions_required",
          doc_url: "https://stripe.com/docs/error-codes/more-permissions-required",
          message: `The provided key 'rk_test_**********${key.slice(-4)}' does not have the required permissions for this endpoint on account '${account}'. Having the 'rak_charge_read' permission would allow this request to continue.`,
        },
      },
    });
    await expect(stripe.charges.list()).rejects.toMatchObject({ type: "StripePermissionError" });
  });

  it("may read what it may write", async () => {
    const { stripe } = await restrictedTo(["webhook_write"]);
    const { id } = await stripe.webhookEndpoints.create({
      url: "http://shop.example/stripe_events",
      enabled_events: ["charge.updated"],
    });
    expect((await stripe.webhookEndpoints.list()).data).toMatchObject([{ id }]);
  });

  it("may not write what it may only read", async () => {
    const { stripe } = await restrictedTo(["checkout_session_read"]);
    expect((await stripe.checkout.sessions.list()).data).toEqual([]);
    await expect(stripe.checkout.sessions.create(sessionParams())).rejects.toMatchObject({ statusCode: 403 });
  });

  it("is told what it lacks before its parameters are looked at, and what is wrong with them only then", async () => {
    const [without, having] = [await restrictedTo([]), await restrictedTo(["checkout_session_write"])];
    const path = "/v1/checkout/sessions?colour=red";
    expect(await ask(without.key, "POST", path)).toMatchObject({ status: 403 });
    expect(await ask(having.key, "POST", path)).toMatchObject({
      status: 400,
      body: { error: { code: "parameter_unknown" } },
    });
  });

  it("keeps no refusal for an idempotency key: the same request succeeds with a better key", async () => {
    const [key, better] = ["rk_test_toolittle0001", "rk_test_enough000001"];
    await make({
      restricted_keys: [
        { key, permissions: [] },
        { key: better, permissions: ["checkout_session_write"] },
      ],
    });
    const create = (by: string) =>
      stripeAt(url, by).checkout.sessions.create(sessionParams(), { idempotencyKey: "once" });
    await expect(create(key)).rejects.toMatchObject({ statusCode: 403 });
    expect(await create(better)).toMatchObject({ object: "checkout.session" });
  });

  it("is restricted still after the simulator was away", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "stripe-simulator-")), "simulator.sqlite");
    const before = await startSimulator({ port: 0, file });
    const { key } = await restrictedTo(["charge_read"], before.url);
    await before.close();
    const after = await startSimulator({ port: 0, file });
    expect((await stripeAt(after.url, key).charges.list()).data).toEqual([]);
    await expect(stripeAt(after.url, key).events.list()).rejects.toMatchObject({ statusCode: 403 });
    await after.close();
  });
});

describe("keys that are not restricted", () => {
  it("may do everything, be they sk_… or rk_…", async () => {
    await make({ secret_keys: ["rk_test_unrestricted"] });
    const { stripe } = await newPlatform(url);
    for (const each of [stripe, stripeAt(url, "rk_test_unrestricted")]) {
      expect(await each.checkout.sessions.create(sessionParams())).toMatchObject({ status: "open" });
      expect(await each.accounts.retrieveCurrent()).toMatchObject({ object: "account" });
    }
  });
});

describe("the control API", () => {
  it("makes an account with restricted keys, and names them beside its secret keys", async () => {
    const restricted_keys = [{ key: "rk_live_restricted99", permissions: ["charge_read", "event_read"] }];
    const { body } = await make({ secret_keys: ["sk_test_beside000001"], restricted_keys });
    expect(body).toMatchObject({ secret_keys: ["sk_test_beside000001"], restricted_keys });
  });

  it.each([
    ["a permission that is none", { key: "rk_test_restrictedxx", permissions: ["horse_read"] }],
    ["a secret key", { key: "sk_test_restrictedxx", permissions: [] }],
    ["no permissions", { key: "rk_test_restrictedxx" }],
  ])("refuses %s in the place of a restricted key", async (_what, restricted) => {
    expect(await make({ restricted_keys: [restricted] })).toMatchObject({ status: 400 });
  });

  it("refuses a key that is given already", async () => {
    const { key } = await restrictedTo([]);
    expect(await make({ restricted_keys: [{ key, permissions: [] }] })).toMatchObject({
      status: 400,
      body: { error: { param: "restricted_keys" } },
    });
  });
});
