import { isDeepStrictEqual } from "node:util";
import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import fc from "fast-check";
import { beforeAll, expect, it, vi } from "vitest";
import { makeApiKey } from "../../lib/api_keys/api_key.ts";
import { dynamodb } from "../../lib/dynamodb/client.ts";
import { brandedDomainKey, REFUSED_DELIVERIES, SPACE_ROW } from "../../lib/dynamodb/keys.ts";
import { readWebhookSecrets } from "../../lib/marketplaces/webhook_secrets.ts";
import { readSpace } from "../../lib/overview/read_space.ts";
import { updateSpace } from "../../lib/spaces/update_space.ts";
import { startOidcProvider } from "../../local/oidc_provider/provider.ts";
import { placeOf } from "../support/checkouts.ts";
import { deliver } from "../support/deliveries.ts";
import { anEvent, sign } from "../support/events.ts";
import { expectSafe, type FuzzedRequest, fuzzedRequests, OWN, REQUESTS, SEED } from "../support/fuzz.ts";
import { anOrder } from "../support/orders.ts";
import { member, type Person, signedIn } from "../support/people.ts";
import { replay } from "../support/replays.ts";
import { aRequest, bearer } from "../support/requests.ts";
import { serverlessRoutes } from "../support/routes.ts";
import { aSpace, type TestSpace } from "../support/spaces.ts";
import { aFailingEvent } from "../support/stored_events.ts";

const ORIGIN = "http://convene.invalid:3000";
const routes = await serverlessRoutes();

let space: TestSpace;
let own: Record<string, string>;
let host: string;
let dana: Person;
let secrets: string[];
let logged: string;

beforeAll(async () => {
  const issuer = await startOidcProvider({
    port: 0,
    people: [],
    redirectUris: [`${ORIGIN}/session/callback`],
    postLogoutRedirectUris: [`${ORIGIN}/`],
  });
  vi.stubEnv("OIDC_ISSUER", issuer.url);
  for (const level of ["info", "warn", "error"] as const)
    vi.spyOn(console, level).mockImplementation((line: string) => {
      logged += `${line}\n`;
    });
  space = await aSpace();
  host = `${space.space}.example`;
  await updateSpace((await readSpace(space.space)).space, { branded_domain: host, version: 0 }, "a test");
  dana = await member(space);
  const { id, body } = anEvent();
  await deliver(space, body);
  const order = await anOrder(space);
  await aFailingEvent(space, "stripe:timeout");
  const { id: aReplay } = await replay(space, { cause: "stripe:timeout" });
  own = {
    ...placeOf(space),
    utility: space.utility,
    event: id,
    order: order.id,
    replay: aReplay,
    path: "nowhere",
  };
  secrets = [
    ...((await readWebhookSecrets(space.space, SPACE_ROW)) ?? []),
    space.stripeSecretKey,
    space.apiKey,
    ...[space.first, space.second].map(({ webhookSecret }) => webhookSecret),
  ];
  return async () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    await issuer.close();
  };
});

/** What API Gateway hands over: text as text, bytes that are none as base64. */
async function send({ method, path, parameters, query, headers, body: sent, who, signature }: FuzzedRequest) {
  const handler = routes.get(`${method} ${path}`) ?? routes.get("GET /{path+}");
  if (!handler) throw new Error(`there is no route ${method} ${path}`);
  const values = Object.entries(parameters).map(([name, value]) => [name, value === OWN ? own[name] : value]);
  const given: Record<string, string> = Object.fromEntries(values);
  const isForm = headers["content-type"] === "application/x-www-form-urlencoded";
  const body = who === "a person" && isForm ? Buffer.concat([sent, Buffer.from(`&csrf=${dana.csrf}`)]) : sent;
  const isText = Buffer.from(body.toString("utf8")).equals(body);
  const [spacesOwn = ""] = secrets;
  const right = path.includes("{marketplace}") ? space.first.webhookSecret : spacesOwn;
  const signed = {
    none: {},
    right: { "stripe-signature": sign(body, right) },
    wrong: { "stripe-signature": sign(body, "whsec_4242") },
    nonsense: { "stripe-signature": `t=${"9".repeat(400)},v1=,v1=${"g".repeat(64)}` },
  };
  const keys = { "a program": bearer(space.apiKey), "a forged key": bearer(makeApiKey(space.space)) };
  const person = { origin: ORIGIN, "x-csrf-token": dana.csrf };
  const request = {
    ...aRequest({
      method,
      path: given,
      query: Object.fromEntries(query),
      headers: {
        host: path.startsWith("/spaces") ? "convene.invalid:3000" : host,
        ...headers,
        ...signed[signature],
        ...(who === "a person" ? person : who === "nobody" ? {} : keys[who]),
      },
      body: isText ? body.toString("utf8") : body.toString("base64"),
      isBase64Encoded: !isText,
    }),
    routeKey: `${method} ${path}`,
    rawPath: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => given[name] ?? ""),
    rawQueryString: new URLSearchParams(
      query.map(([name, value]) => [name, value.toWellFormed()]),
    ).toString(),
    cookies: who === "a person" ? dana.cookies : [headers.cookie ?? ""],
  };
  const calls = vi.spyOn(dynamodb, "send");
  const answer = await handler(request);
  const commands = calls.mock.calls.map(([command]) => command);
  calls.mockRestore();
  // What was stored is looked at by those that follow.
  if (method === "POST" && path.endsWith("/stripe_events") && answer.statusCode === 200)
    own.event = JSON.parse(body.toString()).id;
  // That ends all sessions of the person's.
  if (path === "/session/destroy") dana = await signedIn(dana.email);
  return { answer, commands };
}

/**
 * What a request makes of calls of the tables at most; the Space is small, so that a page of a list is one. The page of a
 * Space makes the most: what is stuck is asked of 16 shards, and what was sold of each Marketplace.
 */
const MOST_CALLS = 40;

it(`${REQUESTS} requests to every function end well (FUZZ_SEED=${SEED})`, {
  timeout: 1_800_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fuzzedRequests([...routes.keys()]), async (request) => {
      logged = "";
      const { answer, commands } = await send(request);
      const { statusCode = 0, headers = {}, body = "" } = answer;
      expectSafe({ status: statusCode, headers, body }, secrets);
      for (const secret of secrets) expect(logged).not.toContain(secret);
      expect(commands.length).toBeLessThanOrEqual(MOST_CALLS);
      expect(commands.map(({ constructor: { name } }) => name)).not.toContain("ScanCommand");
      // A stranger's random id costs one read, whatever it is of, and nothing is written for it.
      const isStranger = request.who === "nobody" || request.who === "a forged key";
      if (!isStranger || request.signature === "right") return;
      // How many deliveries were refused at a Marketplace that there is, is written once a minute, whoever sends them.
      const others = commands.filter(
        (command) => !(command instanceof UpdateCommand && command.input.Key?.pk === REFUSED_DELIVERIES),
      );
      const keys = others.map((command) => (command instanceof GetCommand ? command.input.Key : command));
      // Whose host it is, is remembered for a minute, and is no id of a stranger's.
      const itsOwn = keys.filter((key) => !isDeepStrictEqual(key, brandedDomainKey(host)));
      expect(itsOwn.length).toBeLessThanOrEqual(1);
      expect(itsOwn.filter((key) => key instanceof Object && !("pk" in key))).toEqual([]);
    }),
    { numRuns: REQUESTS, seed: SEED, endOnFailure: process.env.FUZZ_SEED === undefined },
  );
});
