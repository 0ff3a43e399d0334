import { once } from "node:events";
import { createServer } from "node:http";
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { handler as receive } from "../../../functions/stripe_events/receive.ts";
import { beginSpaceChecks, runChecks } from "../../../lib/doctor/run_checks.ts";
import { createMarketplace } from "../../../lib/marketplaces/create_marketplace.ts";
import { getMarketplace } from "../../../lib/marketplaces/get_marketplace.ts";
import { stripeClient } from "../../../lib/stripe_client.ts";
import { listEvents } from "../../../lib/stripe_events/list_events.ts";
import { loadPlatform, NoApiToken } from "../../../lib/utilities/platform.ts";
import type { Permission } from "../../../local/stripe_simulator/state/permissions.ts";
import { connectByOauth, marketplaceNow, withOauth } from "../../support/connection.ts";
import { deliver, storeMany } from "../../support/deliveries.ts";
import { endpointsAtStripe } from "../../support/endpoints.ts";
import { anEvent } from "../../support/events.ts";
import { member } from "../../support/people.ts";
import { aRequest } from "../../support/requests.ts";
import { turn } from "../../support/simulator.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { stripeThatAnswers } from "../../support/stripe.ts";
import { aStripeKey, NEEDED_PERMISSIONS } from "../../support/stripe_keys.ts";

let space: TestSpace;
beforeEach(async () => {
  space = await aSpace();
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const platform = () => loadPlatform(space.space);

/** The finding of one check. */
async function finding(check: string, { marketplace = marketplaceNow(space), at = platform() } = {}) {
  const findings = await runChecks(await marketplace, await beginSpaceChecks(space.space, await at));
  const found = findings.find((each) => each.check === check);
  return found && `${found.state}: ${found.message}`;
}

/** The receiving function behind a port of this machine, at `BASE_URL`. */
async function serveOurselves(): Promise<void> {
  const server = createServer(async (request, response) => {
    const body = (await request.toArray()).join("");
    const [, name = "", room, marketplace] =
      /^\/spaces\/([^/]+)(?:\/rooms\/([^/]+)\/marketplaces\/([^/]+))?\/stripe_events$/.exec(
        request.url ?? "",
      ) ?? [];
    const path = { space: name, ...(room && marketplace && { room, marketplace }) };
    const headers = { "stripe-signature": String(request.headers["stripe-signature"]) };
    const answer = await receive(aRequest({ method: "POST", path, headers, body }));
    response.writeHead(answer.statusCode ?? 200).end(answer.body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no port");
  vi.stubEnv("BASE_URL", `http://127.0.0.1:${address.port}`);
}

it("tries the key at Stripe", async () => {
  expect(await finding("Stripe key")).toMatch(/^good: sk_test_….{4} works, and is of acct_/u);
  await using stripe = await stripeThatAnswers(401, { error: { type: "invalid_request_error" } });
  vi.stubEnv("STRIPE_API_BASE", stripe.url);
  expect(await finding("Stripe key")).toMatch(/^bad: Stripe refuses sk_test_/);
});

it("tries all that a restricted key needs", async () => {
  const restricted = async (permissions: Permission[]) => {
    const { key } = await aStripeKey({ permissions });
    const saved = await platform();
    const utility = { ...saved.utility, api_token_masked: "rk_test_…4242" };
    return finding("Stripe key", {
      at: Promise.resolve({ ...saved, utility, once: () => stripeClient(key, { once: true }) }),
    });
  };
  expect(await restricted(NEEDED_PERMISSIONS)).toMatch(/^good: rk_test_…4242 works/);
  const fewer = NEEDED_PERMISSIONS.filter((each) => each !== "transfer_write" && each !== "dispute_read");
  expect(await restricted(fewer)).toMatch(/^bad: rk_test_…4242 lacks Disputes: Read, Transfers: Write\./);
  const withoutAccount = NEEDED_PERMISSIONS.filter((each) => each !== "accounts_kyc_basic_read");
  expect(await restricted(withoutAccount)).toMatch(
    /^bad: rk_test_…4242 lacks Basic Business Contact Information: Read/,
  );
});

it("asks for a key where there is none", async () => {
  await expect(loadPlatform("no-such-space")).rejects.toBeInstanceOf(NoApiToken);
  const findings = await runChecks(
    await marketplaceNow(space),
    await beginSpaceChecks(space.space, undefined),
  );
  expect(findings[0]).toMatchObject({ check: "Stripe key", state: "bad" });
});

it("says which mode, road and redirect URI there are", async () => {
  expect(await finding("Mode")).toMatch(/^good: Test mode/);
  expect(await finding("Mode", { at: platform().then((each) => ({ ...each, livemode: true })) })).toMatch(
    /^bad: The key is of live mode, which takes https/,
  );
  expect(await finding("Connection method")).toMatch(/^good: Stripe's onboarding/);
  expect(await finding("Redirect URI")).toMatch(/^good: None is needed/);
});

it("names the redirect URI to register, until it let somebody through", async () => {
  space = await withOauth(await aSpace({ connected: false }));
  expect(await finding("Redirect URI")).toMatch(
    /^unknown: Register exactly http:\/\/convene.invalid:3000\/stripe_account\/callback/,
  );
  await connectByOauth(space, await member(space));
  expect(await finding("Redirect URI")).toMatch(/^good: .* let somebody through/);
  expect(await finding("Vendor's account")).toMatch(/^good: acct_\w+ can be paid/);
});

it("says of the account what there is to do", async () => {
  const place = await createMarketplace(space.space, "store", "New", "a test");
  expect(await finding("Vendor's account", { marketplace: getMarketplace(place) })).toMatch(
    /^bad: None is connected. Press `Connect to Stripe`/,
  );
  await turn(space, space.first.stripe_account ?? "", "reject");
  expect(await finding("Vendor's account")).toMatch(/^unknown: acct_\w+ is connected/); // as far as we know
});

it("sees that the endpoints are there, switched on, and hear all", async () => {
  expect(await finding("Webhook endpoints")).toMatch(/^good: They are switched on, and hear \d+ types/);
  const [first] = await endpointsAtStripe(space);
  await stripeClient(space.stripeSecretKey).webhookEndpoints.update(first?.id ?? "", { disabled: true });
  expect(await finding("Webhook endpoints")).toMatch(/^bad: we_\w+ at Stripe is gone, switched off/);
});

it("posts a signed self-test to itself, which is verified and stored nowhere", async () => {
  expect(await finding("Space's webhook secrets")).toMatch(/^bad: A self-test .* was not verified/);
  await serveOurselves();
  expect(await finding("Marketplace's webhook secrets")).toMatch(/^good: A signed self-test was verified/);
  expect(await finding("Space's webhook secrets")).toMatch(/^good: A signed self-test was verified/);
  expect((await listEvents({ space: space.space, limit: 10, next: undefined })).data).toEqual([]);
});

it("says when the last event came, in a time that stays true", async () => {
  const metadata = { marketplace: space.first.marketplace };
  await deliver(space, anEvent({ object: { id: "cus_1", metadata } }).body);
  await storeMany(space, 120);
  const { marketplace } = space.first;
  const { data } = await listEvents({ space: space.space, marketplace, limit: 1, next: undefined });
  const at = data[0]?.received_at.slice(0, 16).replace("T", " ");
  expect(await finding("Last event")).toBe(`good: customer.created, ${at} UTC.`);
});
