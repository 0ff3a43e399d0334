import Stripe from "stripe";
import { expect, it } from "vitest";
import { waitFor } from "../../../support/wait.ts";
import { stripeCliAt } from "../stripe_cli.ts";
import { newPlatform, newReceiver, sessionParams, simulatorForTests } from "../support.ts";

const url = await simulatorForTests();
const stripe = await stripeCliAt(url);

const stripeListen = (key: string, ...options: string[]) =>
  stripe(key, "listen", "--no-wss", "--skip-update", ...options);

/** What it prints, so far. */
function outputOf({ stdout, stderr }: ReturnType<typeof stripe>): () => string {
  let said = "";
  for (const stream of [stdout, stderr])
    stream.on("data", (chunk) => {
      said += chunk;
    });
  return () => said;
}

async function ready(child: ReturnType<typeof stripe>): Promise<string> {
  const said = outputOf(child);
  return waitFor(() => {
    const [, secret = ""] = /webhook signing secret is (whsec_\w+)/.exec(said()) ?? [];
    expect(secret).not.toBe("");
    return secret;
  });
}

it("the real `stripe listen` forwards what it was asked for, signed with the account's secret, several at once", async () => {
  const platform = await newPlatform(url);
  const receivers = [await newReceiver(), await newReceiver(() => 418)];
  const clis = receivers.map((receiver) =>
    stripeListen(platform.key, "--events", "checkout.session.completed", "--forward-to", receiver.url),
  );
  const [secret = "", second] = await Promise.all(clis.map(ready));
  expect(second).toBe(secret);

  const session = await platform.stripe.checkout.sessions.create(sessionParams());
  await platform.act(session.id, "pay");
  for (const receiver of receivers) {
    await waitFor(() => expect(receiver.received).toHaveLength(1));
    const [first] = receiver.received;
    const event = Stripe.webhooks.constructEvent(
      first?.body ?? "",
      String(first?.headers["stripe-signature"]),
      secret,
    );
    expect(event).toMatchObject({ type: "checkout.session.completed", data: { object: { id: session.id } } });
  }
  await waitFor(async () => {
    const dashboard = await (await fetch(url)).text();
    expect(dashboard).toMatch(/stripe listen: succeeded <span class="soft">200</);
    expect(dashboard).toMatch(/stripe listen: failed <span class="soft">418</);
  });
  expect((await platform.stripe.events.list()).data.map((event) => event.pending_webhooks)).toEqual([
    0, 0, 0, 0,
  ]);
});

it("`--print-secret` prints the same secret each time", async () => {
  const [one, other] = [await newPlatform(url), await newPlatform(url)];
  const printed = await Promise.all(
    [one.key, one.key, other.key].map(async (key) => (await stripeListen(key, "--print-secret")).stdout),
  );
  expect(printed[0]).toMatch(/^whsec_\w{32}$/);
  expect(printed[1]).toBe(printed[0]);
  expect(printed[2]).not.toBe(printed[0]);
});

it("`stripe events resend` sends an event to every `stripe listen` again, or to an endpoint", async () => {
  const platform = await newPlatform(url);
  const [listened, endpoint] = [await newReceiver(), await newReceiver()];
  const { id: target } = await platform.stripe.webhookEndpoints.create({
    url: endpoint.url,
    enabled_events: ["checkout.session.completed"],
  });
  await ready(
    stripeListen(platform.key, "--events", "checkout.session.completed", "--forward-to", listened.url),
  );
  const session = await platform.stripe.checkout.sessions.create(sessionParams());
  await platform.act(session.id, "pay");
  const counts = () => [listened.received.length, endpoint.received.length];
  await waitFor(() => expect(counts()).toEqual([1, 1]));
  const event = listened.received[0]?.event.id ?? "";

  const { stdout, exitCode } = await stripe(platform.key, "events", "resend", event);
  expect([JSON.parse(stdout), exitCode]).toMatchObject([{ id: event, object: "event" }, 0]);
  await waitFor(() => expect(counts()).toEqual([2, 1]));
  await stripe(platform.key, "events", "resend", event, "--webhook-endpoint", target);
  await waitFor(() => expect(counts()).toEqual([2, 2]));
  const sent = [...listened.received, ...endpoint.received].map((each) => each.event.id);
  expect(new Set(sent)).toEqual(new Set([event]));
});

it("an event is resent to nobody but the caller's, and of no account that is not connected", async () => {
  const [mine, other] = [await newPlatform(url, ["Bakery"]), await newPlatform(url)];
  const session = await mine.stripe.checkout.sessions.create(sessionParams());
  await mine.act(session.id, "pay");
  const { data } = await mine.stripe.events.list();
  const retry = (platform: typeof mine, id: string, form = "for_stripecli=true") =>
    platform.raw("POST", `/v1/events/${id}/retry`, form);
  const [event] = data;
  expect(await retry(other, event?.id ?? "")).toMatchObject({
    status: 404,
    body: { error: { code: "resource_missing" } },
  });
  expect(await retry(mine, event?.id ?? "", "webhook_endpoint=we_nobody")).toMatchObject({ status: 404 });
  expect(await retry(other, event?.id ?? "", `account=${mine.connected[0]}`)).toMatchObject({ status: 403 });
  expect(await retry(mine, event?.id ?? "", `account=${mine.connected[0]}`)).toMatchObject({ status: 404 });
  expect(await retry(mine, event?.id ?? "")).toMatchObject({ status: 200, body: { id: event?.id } });
});

it("`stripe logs tail` prints the account's requests as they are made, those that its filters let through", async () => {
  const [platform, other] = [await newPlatform(url, ["Bakery"]), await newPlatform(url)];
  const tail = (...filters: string[]) => stripe(platform.key, "logs", "tail", "--no-wss", ...filters);
  const tails = [
    tail(),
    tail("--filter-http-method", "GET", "--filter-status-code-type", "4XX"),
    tail("--filter-account", "connect_out", "--format", "JSON"),
    tail("--filter-request-status", "FAILED", "--filter-status-code", "402"),
  ].map(outputOf);
  for (const output of tails) await waitFor(() => expect(output()).toContain("Ready!"));

  const lines = (nth: number) => tails[nth]?.().match(/\[(\d{3})\] (\w+ \S+)|"url": ?"[^"]+"/g) ?? [];
  const missing = "[404] GET /v1/charges/ch_nobody";
  // The CLI prints in an order of its own what it hears at almost the same moment.
  const printed = (count: number) => waitFor(() => expect(lines(0)).toHaveLength(count));

  await other.stripe.charges.list();
  await platform.live.charges.list();
  await platform.stripe.charges.retrieve("ch_nobody").catch(() => undefined);
  await printed(1);
  await platform.stripe.checkout.sessions.create(sessionParams());
  await printed(2);
  await platform.stripe.charges.list({}, { stripeAccount: platform.connected[0] ?? "" });
  await printed(3);

  expect(lines(0)).toEqual([missing, "[200] POST /v1/checkout/sessions", "[200] GET /v1/charges"]);
  await waitFor(() => expect(lines(2)).toEqual([expect.stringContaining("/v1/charges")]));
  expect(tails[0]?.()).toContain("Message: No such charge: 'ch_nobody'");
  await waitFor(() => expect(lines(1)).toEqual([missing]));
  expect(lines(3)).toEqual([]);
});

it("`--load-from-webhooks-api` sends each event where the endpoints of its kind are, connected accounts' to `--forward-connect-to`", async () => {
  const platform = await newPlatform(url, ["Bakery"]);
  const [own, connect] = [await newReceiver(), await newReceiver()];
  for (const isConnect of [false, true])
    await platform.stripe.webhookEndpoints.create({
      url: "https://space.example/spaces/demo/stripe_events",
      enabled_events: ["checkout.session.completed", "account.updated"],
      connect: isConnect,
    });
  const base = ({ url: at }: typeof own) => new URL(at).origin;
  const child = stripeListen(
    platform.key,
    "--load-from-webhooks-api",
    "--all-snapshot",
    "--forward-to",
    base(own),
    "--forward-connect-to",
    base(connect),
  );
  await ready(child);
  const [account = ""] = platform.connected;
  const { id } = await platform.stripe.checkout.sessions.create(sessionParams());
  await platform.act(id, "pay");
  await platform.control(`/accounts/${account}/onboarding`, { do: "restrict" });
  const heard = ({ received }: typeof own) => received.map(({ event }) => [event.type, event.account]);
  await waitFor(() => {
    expect(heard(own)).toEqual([["checkout.session.completed", undefined]]);
    expect(heard(connect)).toEqual([["account.updated", account]]);
  });
});
