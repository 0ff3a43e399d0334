import { type Context, Hono } from "hono";
import * as v from "valibot";
import { ensureAccount } from "./accounts/new_account.ts";
import { applyTransition, Transition } from "./accounts/onboarding.ts";
import { authenticate } from "./api/authenticate.ts";
import { ApiError, invalidParam, resourceMissing } from "./api/errors.ts";
import { getOrThrow } from "./api/get_or_throw.ts";
import { loggedRequests } from "./api/request_log.ts";
import { Action, performAction } from "./checkout/actions.ts";
import { noRequest } from "./core/cause.ts";
import { newId } from "./core/ids.ts";
import type { Scope } from "./core/objects.ts";
import { resend } from "./events/emit.ts";
import { moveEvent } from "./events/events.ts";
import { Import, importObjects } from "./import_objects.ts";
import { deauthorize } from "./oauth/authorizations.ts";
import {
  addRedirectUri,
  type ClientId,
  clientIdsOf,
  ensureClientIds,
  findClientId,
} from "./oauth/client_ids.ts";
import { setAvailable } from "./payments/balance.ts";
import { actOnDispute, DisputeAction, NewDispute, openDispute } from "./payments/dispute_case.ts";
import { failLate } from "./payments/late_failure.ts";
import { book, OwnBooking } from "./payments/own_bookings.ts";
import { failPayout, NewPayout, payOut } from "./payments/payouts.ts";
import { actOnRefund, RefundAction } from "./payments/refunds.ts";
import { displayName, findAccount } from "./state/accounts.ts";
import { accountTime, letTimePass } from "./state/clock.ts";
import { connect, connectedAccounts } from "./state/connections.ts";
import { FaultsChange, faultsOf, setFaults } from "./state/faults.ts";
import { keysOf } from "./state/keys.ts";
import { PERMISSIONS } from "./state/permissions.ts";
import type { Simulator } from "./state/simulator.ts";

/* The simulator's own controls: JSON in and out, for the seed and for tests.
 *
 * POST /simulator/accounts   creates a platform account; an existing id stays unchanged
 *   { id?, display_name, country?, default_currency?, secret_keys?: ["sk_test_…", "sk_live_…"],
 *     restricted_keys?: [{ key: "rk_test_…", permissions: ["checkout_session_write", …] }],
 *     client_ids?: [{ id: "ca_…", livemode?: false, redirect_uris: ["https://…", …] }],
 *     connected_accounts?: [{ id?, display_name, … }] }
 *   → { id, display_name, secret_keys, restricted_keys, client_ids: [{ id, livemode, redirect_uris }],
 *       connected_accounts: [{ id, display_name, … }] }
 *   Without `secret_keys` a platform gets one per mode; a connected account gets none. An `rk_…` among them is
 *   unrestricted; for the permissions of a restricted key see state/permissions.ts. A mode without a client id gets one
 *   with no redirect URI. Connected accounts are connected in both modes. An existing platform gains the client ids,
 *   redirect URIs and connected accounts that it does not have yet; connected accounts only if they name an unused id.
 * POST /simulator/redirect_uris   { client_id, redirect_uri }, as in Stripe's settings → { id, livemode, redirect_uris }
 * GET  /simulator/accounts/{id}/secret_key   its first test-mode key, as plain text, for shell scripts
 *
 * All others take `Authorization: Bearer <secret key>` and concern only that key's account, or the one connected to it
 * that a `Stripe-Account` header names:
 *
 * GET  /simulator/weather    → Faults (see state/faults.ts)
 * POST /simulator/weather    any of its fields → all of them
 * GET  /simulator/requests?path=/v1/…   the last 1,000 API requests, oldest first
 *   → { count, data: [{ id, account, method, path, status, idempotency_key, created }] }
 * POST /simulator/checkout_sessions/{id}   { action: "pay" | "decline" | "pay_later" | "bank_pays" | "bank_refuses" | "expire" }
 *   → the session
 * POST /simulator/accounts/{id}/onboarding   { do: "complete" | "want_more" | "restrict" | "reject" | "pend" }
 *   a transition of an account connected to the key's account, see accounts/onboarding.ts → the account
 * POST /simulator/accounts/{id}/deauthorize   its owner disconnects it from the key's account, in the key's mode
 *   → { id, connected: false }
 * POST /simulator/charges/{id}   { do: "fail_late" } the bank takes the payment back after it has succeeded → the charge
 * POST /simulator/charges/{id}/dispute   { amount?, reason?, inquiry? } the customer disputes it: its funds are withdrawn,
 *   unless it is an inquiry → the dispute
 * POST /simulator/disputes/{id}   { do: "withdraw" | "win" | "lose" | "return" | "close", amount? }, see
 *   payments/dispute_case.ts → the dispute
 * POST /simulator/refunds/{id}   { do: "succeed" | "fail" } → the refund
 * POST /simulator/accounts/{id}/balance   { available: n, currency } what an account has at hand: the rest is paid out, or
 *   what lacks is topped up → the balance
 * POST /simulator/payouts   { amount?, currency } pays so much out, by hand; without an amount all that is available, as an
 *   automatic payout, whose balance transactions can then be listed → the payout
 * POST /simulator/payouts/{id}   { do: "fail" } the bank sends it back → the payout
 * POST /simulator/balance_transactions   { type, amount, currency, description? } what Stripe books by itself, a fee, a
 *   reserve, an adjustment, see payments/own_bookings.ts → the balance transaction
 * POST /simulator/clock   { advance_s } moves the time of the account and of those connected to it ahead, see
 *   state/clock.ts: what was pending becomes available, idempotency keys and sessions end → { now }, in seconds
 * POST /simulator/events/{id}   { created }, in s: the event happened then → the event
 * POST /simulator/events/{id}/send   resends the event to all its targets → the event
 * POST /simulator/objects   { objects: [{ body, parent? }] } what another Stripe has, put in as it is, see
 *   import_objects.ts → { imported }
 */

const NewConnectedAccount = v.strictObject({
  id: v.optional(v.pipe(v.string(), v.regex(/^acct_\w+$/))),
  display_name: v.pipe(v.string(), v.nonEmpty()),
  country: v.optional(v.pipe(v.string(), v.length(2))),
  default_currency: v.optional(v.pipe(v.string(), v.length(3))),
  secret_keys: v.optional(v.array(v.pipe(v.string(), v.regex(/^(sk|rk)_(test|live)_\w{12,}$/)))),
  restricted_keys: v.optional(
    v.array(
      v.strictObject({
        key: v.pipe(v.string(), v.regex(/^rk_(test|live)_\w{12,}$/)),
        permissions: v.array(v.picklist(PERMISSIONS)),
      }),
    ),
  ),
});

const NewPlatform = v.strictObject({
  ...NewConnectedAccount.entries,
  client_ids: v.optional(
    v.array(
      v.strictObject({
        id: v.pipe(v.string(), v.regex(/^ca_\w+$/)),
        livemode: v.optional(v.boolean()),
        redirect_uris: v.array(v.string()),
      }),
    ),
    [],
  ),
  connected_accounts: v.optional(v.array(NewConnectedAccount), []),
});

const NewRedirectUri = v.strictObject({ client_id: v.string(), redirect_uri: v.string() });

const AtHand = v.strictObject({
  available: v.pipe(v.number(), v.safeInteger()),
  currency: v.pipe(v.string(), v.length(3)),
});

const Advance = v.strictObject({ advance_s: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) });

export function controlRoutes(simulator: Simulator): Hono {
  const routes = new Hono();
  routes.onError((error) => {
    if (!(error instanceof ApiError)) throw error;
    return Response.json({ error: error.body }, { status: error.status });
  });

  routes.post("/accounts", async (c) => {
    const { client_ids, connected_accounts, ...wanted } = parseBody(NewPlatform, await c.req.text());
    return c.json(
      simulator.store.transaction(() => {
        const known = wanted.id && findAccount(simulator, wanted.id);
        const secret_keys = wanted.secret_keys ?? [newId.secretKey(false), newId.secretKey(true)];
        const platform = ensureAccount(simulator, { ...wanted, secret_keys });
        ensureClientIds(simulator, platform.id, client_ids);
        for (const account of connected_accounts)
          if (!known || (account.id && !findAccount(simulator, account.id)))
            connectInBothModes(simulator, platform.id, ensureAccount(simulator, account).id);
        return {
          ...summary(simulator, platform.id),
          client_ids: clientIdsOf(simulator, platform.id).map(clientIdSummary),
          connected_accounts: connectedAccounts(simulator, platform.id).map((id) => summary(simulator, id)),
        };
      }),
    );
  });

  routes.post("/redirect_uris", async (c) => {
    const { client_id, redirect_uri } = parseBody(NewRedirectUri, await c.req.text());
    addRedirectUri(simulator, client_id, redirect_uri);
    const client = findClientId(simulator, client_id);
    return c.json(client && clientIdSummary(client));
  });

  routes.get("/accounts/:id/secret_key", (c) => {
    const id = c.req.param("id");
    const key = keysOf(simulator, id).secret_keys.find((each) => each.startsWith("sk_test_"));
    if (!key) throw resourceMissing("account", id, "id");
    return c.text(key);
  });

  const callerOf = (c: Context) => authenticate(simulator, c.req.header("Authorization"));

  /** Whose objects a control concerns. */
  const scopeOf = (c: Context): Scope => {
    const { actsFor, livemode } = callerOf(c);
    return { account: actsFor(c.req.header("Stripe-Account")), livemode };
  };

  routes.get("/weather", (c) => c.json(faultsOf(simulator, scopeOf(c).account)));

  routes.post("/weather", async (c) => {
    const { account } = scopeOf(c);
    return c.json(setFaults(simulator, account, parseBody(FaultsChange, await c.req.text())));
  });

  routes.get("/requests", (c) => {
    const { account } = scopeOf(c);
    const data = loggedRequests(simulator, account, c.req.query("path"));
    return c.json({ count: data.length, data });
  });

  routes.post("/checkout_sessions/:id", async (c) => {
    const { account, livemode } = scopeOf(c);
    const { action } = parseBody(v.strictObject({ action: Action }), await c.req.text());
    const session = getOrThrow(simulator, "checkout.session", { account, livemode }, c.req.param("id"));
    return c.json(performAction(simulator, session.id, action));
  });

  routes.post("/accounts/:id/onboarding", async (c) => {
    const account = callerOf(c).actsFor(c.req.param("id"));
    const { do: transition } = parseBody(v.strictObject({ do: Transition }), await c.req.text());
    return c.json(applyTransition(simulator, account, transition));
  });

  routes.post("/accounts/:id/deauthorize", (c) => {
    const { account: platform, livemode, actsFor } = callerOf(c);
    const account = actsFor(c.req.param("id"));
    deauthorize(simulator, platform, { account, livemode }, noRequest);
    return c.json({ id: account, connected: false });
  });

  routes.post("/charges/:id", async (c) => {
    parseBody(v.strictObject({ do: v.literal("fail_late") }), await c.req.text());
    return c.json(failLate(simulator, scopeOf(c), c.req.param("id")));
  });

  routes.post("/charges/:id/dispute", async (c) => {
    const wanted = parseBody(NewDispute, await c.req.text());
    return c.json(openDispute(simulator, scopeOf(c), c.req.param("id"), wanted));
  });

  routes.post("/disputes/:id", async (c) => {
    const wanted = parseBody(DisputeAction, await c.req.text());
    return c.json(actOnDispute(simulator, scopeOf(c), c.req.param("id"), wanted));
  });

  routes.post("/refunds/:id", async (c) => {
    const { do: action } = parseBody(v.strictObject({ do: RefundAction }), await c.req.text());
    return c.json(actOnRefund(simulator, scopeOf(c), c.req.param("id"), action));
  });

  routes.post("/accounts/:id/balance", async (c) => {
    const { livemode, actsFor } = callerOf(c);
    const scope = { account: actsFor(c.req.param("id")), livemode };
    const { available, currency } = parseBody(AtHand, await c.req.text());
    return c.json(setAvailable(simulator, scope, available, currency));
  });

  routes.post("/payouts", async (c) =>
    c.json(payOut(simulator, scopeOf(c), parseBody(NewPayout, await c.req.text()))),
  );

  routes.post("/payouts/:id", async (c) => {
    parseBody(v.strictObject({ do: v.literal("fail") }), await c.req.text());
    return c.json(failPayout(simulator, scopeOf(c), c.req.param("id")));
  });

  routes.post("/balance_transactions", async (c) =>
    c.json(book(simulator, scopeOf(c), parseBody(OwnBooking, await c.req.text()))),
  );

  routes.post("/clock", async (c) => {
    const { account } = scopeOf(c);
    const { advance_s } = parseBody(Advance, await c.req.text());
    simulator.store.transaction(() =>
      letTimePass(simulator, account, connectedAccounts(simulator, account), advance_s),
    );
    simulator.runDueJobs();
    simulator.wake();
    return c.json({ now: accountTime(simulator, account) });
  });

  routes.post("/objects", async (c) => {
    const wanted = parseBody(Import, await c.req.text());
    return c.json({ imported: importObjects(simulator, scopeOf(c), wanted) });
  });

  routes.post("/events/:id", async (c) => {
    const { account, livemode } = scopeOf(c);
    const event = getOrThrow(simulator, "event", { account, livemode }, c.req.param("id"));
    const { created } = parseBody(v.strictObject({ created: v.number() }), await c.req.text());
    return c.json(moveEvent(simulator, event, created));
  });

  routes.post("/events/:id/send", (c) => {
    const { account, livemode } = scopeOf(c);
    const event = getOrThrow(simulator, "event", { account, livemode }, c.req.param("id"));
    resend(simulator, event.id);
    return c.json(event);
  });

  return routes;
}

function connectInBothModes(simulator: Simulator, platform: string, account: string): void {
  for (const livemode of [false, true]) connect(simulator, platform, { account, livemode });
}

const clientIdSummary = ({ id, livemode, redirect_uris }: ClientId) => ({ id, livemode, redirect_uris });

function summary(simulator: Simulator, id: string) {
  const account = findAccount(simulator, id);
  return { id, display_name: account ? displayName(account) : id, ...keysOf(simulator, id) };
}

function parseBody<S extends v.GenericSchema>(schema: S, body: string): v.InferOutput<S> {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), body);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw invalidParam(v.getDotPath(issue) ?? "body", issue.message);
}
