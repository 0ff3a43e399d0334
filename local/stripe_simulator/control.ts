import { Hono } from "hono";
import * as v from "valibot";
import { connect, connectedAccounts, findAccount, keysOf, makeAccount, nameOf } from "./accounts.ts";
import { authenticate } from "./authenticate.ts";
import { Action, act } from "./checkout_actions.ts";
import { ApiError, invalidParam } from "./errors.ts";
import { resend } from "./events.ts";
import { found } from "./found.ts";
import { newId } from "./ids.ts";
import { PERMISSIONS } from "./permissions.ts";
import { loggedRequests } from "./request_log.ts";
import { setWeather, WeatherChange, weatherOf } from "./weather.ts";
import type { World } from "./world.ts";

/* The simulator's own controls: JSON in and out, for the seed and for tests.
 *
 * POST /simulator/accounts   makes a platform account; one whose id is known stays as it is
 *   { id?, display_name, country?, default_currency?, secret_keys?: ["sk_test_…", "sk_live_…"],
 *     restricted_keys?: [{ key: "rk_test_…", permissions: ["checkout_session_write", …] }],
 *     connected_accounts?: [{ id?, display_name, … }] }
 *   → { id, display_name, secret_keys, restricted_keys, connected_accounts: [{ id, display_name, … }] }
 *   Without `secret_keys` a platform gets one of each mode; a connected account gets none. An `rk_…` among them may do
 *   everything; for the permissions of a restricted key see permissions.ts.
 *
 * The rest takes `Authorization: Bearer <secret key>` and is about that key's account only:
 *
 * GET  /simulator/weather    → Weather (see weather.ts)
 * POST /simulator/weather    a part of it → the whole
 * GET  /simulator/requests?path=/v1/…   the last 1,000 API requests, oldest first
 *   → { count, data: [{ id, account, method, path, status, idempotency_key, created }] }
 * POST /simulator/checkout_sessions/{id}   { action: "pay" | "decline" | "pay_later" | "bank_pays" | "bank_refuses" | "expire" }
 *   → the session
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
  connected_accounts: v.optional(v.array(NewConnectedAccount), []),
});

export function controlRoutes(world: World): Hono {
  const routes = new Hono();
  routes.onError((error) => {
    if (!(error instanceof ApiError)) throw error;
    return Response.json({ error: error.body }, { status: error.status });
  });

  routes.post("/accounts", async (c) => {
    const { connected_accounts, ...wanted } = read(NewPlatform, await c.req.text());
    return c.json(
      world.store.transaction(() => {
        const known = wanted.id && findAccount(world, wanted.id);
        const secret_keys = wanted.secret_keys ?? [newId.secretKey(false), newId.secretKey(true)];
        const platform = makeAccount(world, { ...wanted, secret_keys });
        if (!known)
          for (const account of connected_accounts)
            connect(world, platform.id, makeAccount(world, account).id);
        return {
          ...summary(world, platform.id),
          connected_accounts: connectedAccounts(world, platform.id).map((id) => summary(world, id)),
        };
      }),
    );
  });

  const caller = (authorization: string | undefined) => authenticate(world, authorization);

  routes.get("/weather", (c) => c.json(weatherOf(world, caller(c.req.header("Authorization")).account)));

  routes.post("/weather", async (c) => {
    const { account } = caller(c.req.header("Authorization"));
    return c.json(setWeather(world, account, read(WeatherChange, await c.req.text())));
  });

  routes.get("/requests", (c) => {
    const { account } = caller(c.req.header("Authorization"));
    const data = loggedRequests(world, account, c.req.query("path"));
    return c.json({ count: data.length, data });
  });

  routes.post("/checkout_sessions/:id", async (c) => {
    const { account, livemode } = caller(c.req.header("Authorization"));
    const { action } = read(v.strictObject({ action: Action }), await c.req.text());
    const session = found(world, "checkout.session", { account, livemode }, c.req.param("id"));
    return c.json(act(world, session.id, action));
  });

  routes.post("/events/:id/send", (c) => {
    const { account, livemode } = caller(c.req.header("Authorization"));
    const event = found(world, "event", { account, livemode }, c.req.param("id"));
    resend(world, event.id);
    return c.json(event);
  });

  return routes;
}

function summary(world: World, id: string) {
  const account = findAccount(world, id);
  return { id, display_name: account ? nameOf(account) : id, ...keysOf(world, id) };
}

function read<S extends v.GenericSchema>(schema: S, body: string): v.InferOutput<S> {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), body);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw invalidParam(v.getDotPath(issue) ?? "body", issue.message);
}
