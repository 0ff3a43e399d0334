import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import fc from "fast-check";
import { beforeAll, inject, it } from "vitest";
import { makeApiKey as forgedApiKey } from "../../lib/api_keys/api_key.ts";
import { sign } from "../support/events.ts";
import {
  expectSafe,
  type FuzzedAnswer,
  type FuzzedRequest,
  fuzzedRequests,
  OWN,
  REQUESTS,
  SEED,
} from "../support/fuzz.ts";
import { browsing, people } from "../support/signed_in_page.ts";
import { aWebhookSecret, makeApiKey, makeMarketplace, makeSpace, makeUtility } from "../support/ui_steps.ts";

const { baseUrl } = inject("demo");
const { signedIn } = browsing();

/** A Space of this test's own, and an operator's session. */
let own: Record<string, string>;
let apiKey: string;
let session: { cookie: string; csrf: string };
const { secret } = aWebhookSecret();

beforeAll(async () => {
  const page = await signedIn(people.operator);
  const space = await makeSpace(page, "Fuzzed");
  apiKey = await makeApiKey(page, "Fuzz");
  const marketplace = await makeMarketplace(page, "Fuzzed Vendor");
  await page.goto(`/spaces/${space}`);
  const utility = await makeUtility(page);
  own = { space, room: "store", marketplace, utility, event: "evt_1", order: "1", path: "nowhere" };
  const cookies = (await page.context().cookies()).filter(({ name }) => name === "session");
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const home = await fetch(`${baseUrl}/spaces`, { headers: { cookie, accept: "application/json" } });
  session = { cookie, csrf: home.headers.get("x-csrf-token") ?? "" };
  await fetch(`${baseUrl}/spaces/${space}/rooms/store/marketplaces/${marketplace}`, {
    method: "POST",
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ add_webhook_secret: secret }),
  });
});

/** Every route; but signing out would end the operator's sessions of other tests, too. */
const routes = [...readFileSync("serverless.yml", "utf8").matchAll(/httpApi: (\w+ \S+)/g)]
  .map(([, route = ""]) => route)
  .filter((route) => !route.endsWith("/session/destroy"));

/** As bytes on the wire: by Node's own client, which leaves the address as it is. */
function send({ method, path, parameters, query, headers, body, who, signature }: FuzzedRequest) {
  const fill = (_: string, name: string): string => {
    const value = parameters[name];
    return encodeURIComponent(
      value === OWN ? (own[name] ?? "") : (value ?? "").slice(0, 2_000).toWellFormed(),
    );
  };
  const pairs = query.map(([name, value]) => [name, value.slice(0, 2_000).toWellFormed()]);
  const signed = {
    none: {},
    right: { "stripe-signature": sign(body, secret) },
    wrong: { "stripe-signature": sign(body, "whsec_4242") },
    nonsense: { "stripe-signature": `t=${"9".repeat(400)},v1=,v1=${"g".repeat(64)}` },
  };
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
  const asker = {
    nobody: {},
    "a forged key": bearer(forgedApiKey(own.space ?? "")),
    "a program": bearer(apiKey),
    "a person": { cookie: session.cookie, "x-csrf-token": session.csrf, origin: baseUrl },
  };
  const url = new URL(baseUrl);
  return new Promise<FuzzedAnswer>((resolve, reject) => {
    const request = httpRequest(
      {
        hostname: url.hostname,
        port: url.port,
        // A connection that is kept may be closed in the moment in which it is used again.
        agent: false,
        method,
        path: `${path.replaceAll(/\{(\w+)\}/g, fill)}?${new URLSearchParams(pairs)}`.replace(/\?$/, ""),
        headers: { host: url.host, ...headers, ...signed[signature], ...asker[who] },
      },
      async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk);
        const { statusCode: status = 0, headers: answered } = response;
        resolve({ status, headers: answered, body: Buffer.concat(chunks).toString() });
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}

it(`${REQUESTS} requests to the running service end well (FUZZ_SEED=${SEED})`, {
  timeout: 1_800_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fuzzedRequests(routes), async (request) => {
      expectSafe(await send(request), [secret, apiKey]);
    }),
    { numRuns: REQUESTS, seed: SEED },
  );
});
