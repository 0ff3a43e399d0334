import { Hono } from "hono";
import * as v from "valibot";
import { makeAccount } from "./accounts/new_account.ts";
import { Turn, takeTurn } from "./accounts/onboarding.ts";
import { authenticate } from "./api/authenticate.ts";
import { ApiError, invalidParam, missingObject } from "./api/errors.ts";
import { found } from "./api/get_or_throw.ts";
import { loggedRequests } from "./api/request_log.ts";
import { Action, act } from "./checkout/actions.ts";
import { noRequest } from "./core/cause.ts";
import { newId } from "./core/ids.ts";
import { resend } from "./events/emit.ts";
import { deauthorize } from "./oauth/authorizations.ts";
import {
  addClientIds,
  addRedirectUri,
  type ClientId,
  clientIdsOf,
  findClientId,
} from "./oauth/client_ids.ts";
import { findAccount, nameOf } from "./state/accounts.ts";
import { connect, connectedAccounts } from "./state/connections.ts";
import { setWeather, WeatherChange, weatherOf } from "./state/faults.ts";
import { keysOf } from "./state/keys.ts";
import { PERMISSIONS } from "./state/permissions.ts";
import type { Simulator } from "./state/simulator.ts";

/* The simulator's own controls: JSON in and out, for the seed and for tests.
 *
 * POST /simulator/accounts   makes a platform account; one whose id is known stays as it is
 *   { id?, display_name, country?, default_currency?, secret_keys?: ["sk_test_…", "sk_live_…"],
 *     restricted_keys?: [{ key: "rk_test_…", permissions: ["checkout_session_write", …] }],
 *     client_ids?: [{ id: "ca_…", livemode?: false, redirect_uris: ["https://…", …] }],
 *     connected_accounts?: [{ id?, display_name, … }] }
 *   → { id, display_name, secret_keys, restricted_keys, client_ids: [{ id, livemode, redirect_uris }],
 *       connected_accounts: [{ id, display_name, … }] }
 *   Without `secret_keys` a platform gets one of each mode; a connected account gets none. An `rk_…` among them may do
 *   everything; for the permissions of a restricted key see permissions.ts. A mode for which no client id is named gets
 *   one with no redirect URI. Connected accounts are connected in both modes. To a platform that is known, client ids,
 *   redirect URIs and connected accounts are added: those that are named by an id that nobody has yet.
 * POST /simulator/redirect_uris   { client_id, redirect_uri }, as in Stripe's settings → { id, livemode, redirect_uris }
 * GET  /simulator/accounts/{id}/secret_key   its first key of the test mode, as plain text, for a line of shell
 *
 * The rest takes `Authorization: Bearer <secret key>` and is about that key's account only:
 *
 * GET  /simulator/weather    → Weather (see weather.ts)
 * POST /simulator/weather    a part of it → the whole
 * GET  /simulator/requests?path=/v1/…   the last 1,000 API requests, oldest first
 *   → { count, data: [{ id, account, method, path, status, idempotency_key, created }] }
 * POST /simulator/checkout_sessions/{id}   { action: "pay" | "decline" | "pay_later" | "bank_pays" | "bank_refuses" | "expire" }
 *   → the session
 * POST /simulator/accounts/{id}/onboarding   { do: "complete" | "want_more" | "restrict" | "reject" | "pend" }
 *   what becomes of an account that is connected to the key's, see onboarding.ts → the account
 * POST /simulator/accounts/{id}/deauthorize   the account's owner lets the key's account go, in the key's mode
 *   → { id, connected: false }
 * POST /simulator/events/{id}/send   sends the event to everybody again → the event
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

export function controlRoutes(simulator: Simulator): Hono {
  const routes = new Hono();
  routes.onError((error) => {
    if (!(error instanceof ApiError)) throw error;
    return Response.json({ error: error.body }, { status: error.status });
  });

  routes.post("/accounts", async (c) => {
    const { client_ids, connected_accounts, ...wanted } = read(NewPlatform, await c.req.text());
    return c.json(
      simulator.store.transaction(() => {
        const known = wanted.id && findAccount(simulator, wanted.id);
        const secret_keys = wanted.secret_keys ?? [newId.secretKey(false), newId.secretKey(true)];
        const platform = makeAccount(simulator, { ...wanted, secret_keys });
        addClientIds(simulator, platform.id, client_ids);
        for (const account of connected_accounts)
          if (!known || (account.id && !findAccount(simulator, account.id)))
            connectInBothModes(simulator, platform.id, makeAccount(simulator, account).id);
        return {
          ...summary(simulator, platform.id),
          client_ids: clientIdsOf(simulator, platform.id).map(clientIdSummary),
          connected_accounts: connectedAccounts(simulator, platform.id).map((id) => summary(simulator, id)),
        };
      }),
    );
  });

  routes.post("/redirect_uris", async (c) => {
    const { client_id, redirect_uri } = read(NewRedirectUri, await c.req.text());
    addRedirectUri(simulator, client_id, redirect_uri);
    const client = findClientId(simulator, client_id);
    return c.json(client && clientIdSummary(client));
  });

  routes.get("/accounts/:id/secret_key", (c) => {
    const id = c.req.param("id");
    const key = keysOf(simulator, id).secret_keys.find((each) => each.startsWith("sk_test_"));
    if (!key) throw missingObject("account", id, "id");
    return c.text(key);
  });

  const caller = (authorization: string | undefined) => authenticate(simulator, authorization);

  routes.get("/weather", (c) => c.json(weatherOf(simulator, caller(c.req.header("Authorization")).account)));

  routes.post("/weather", async (c) => {
    const { account } = caller(c.req.header("Authorization"));
    return c.json(setWeather(simulator, account, read(WeatherChange, await c.req.text())));
  });

  routes.get("/requests", (c) => {
    const { account } = caller(c.req.header("Authorization"));
    const data = loggedRequests(simulator, account, c.req.query("path"));
    return c.json({ count: data.length, data });
  });

  routes.post("/checkout_sessions/:id", async (c) => {
    const { account, livemode } = caller(c.req.header("Authorization"));
    const { action } = read(v.strictObject({ action: Action }), await c.req.text());
    const session = found(simulator, "checkout.session", { account, livemode }, c.req.param("id"));
    return c.json(act(simulator, session.id, action));
  });

  routes.post("/accounts/:id/onboarding", async (c) => {
    const account = caller(c.req.header("Authorization")).actsFor(c.req.param("id"));
    const { do: turn } = read(v.strictObject({ do: Turn }), await c.req.text());
    return c.json(takeTurn(simulator, account, turn));
  });

  routes.post("/accounts/:id/deauthorize", (c) => {
    const { account: platform, livemode, actsFor } = caller(c.req.header("Authorization"));
    const account = actsFor(c.req.param("id"));
    deauthorize(simulator, platform, { account, livemode }, noRequest);
    return c.json({ id: account, connected: false });
  });

  routes.post("/events/:id/send", (c) => {
    const { account, livemode } = caller(c.req.header("Authorization"));
    const event = found(simulator, "event", { account, livemode }, c.req.param("id"));
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
  return { id, display_name: account ? nameOf(account) : id, ...keysOf(simulator, id) };
}

function read<S extends v.GenericSchema>(schema: S, body: string): v.InferOutput<S> {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), body);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw invalidParam(v.getDotPath(issue) ?? "body", issue.message);
}
