import { mkdtemp } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import Stripe from "stripe";
import { afterAll, expect, it } from "vitest";
import { waitFor } from "../../../support/wait.ts";
import { newPlatform, newReceiver, sessionParams, simulatorForTests } from "../support.ts";

const url = await simulatorForTests();
const home = await mkdtemp(join(tmpdir(), "stripe-cli-"));

/** The binary itself: the `stripe` in .bin is a script that leaves its child behind when it is ended. */
const { resolve } = createRequire(createRequire(import.meta.url).resolve("@stripe/cli/package.json"));
const cli = join(
  dirname(resolve(`@stripe/cli-${process.platform}-${process.arch}/package.json`)),
  "bin",
  "stripe",
);

function stripeListen(key: string, ...options: string[]) {
  const child = execa(cli, ["listen", "--api-base", url, "--no-wss", "--skip-update", ...options], {
    reject: false,
    env: { STRIPE_CLI_TELEMETRY_OPTOUT: "1", STRIPE_API_KEY: key, HOME: home, XDG_CONFIG_HOME: home },
  });
  afterAll(() => child.kill());
  return child;
}

async function ready(child: ReturnType<typeof stripeListen>): Promise<string> {
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  return waitFor(() => {
    const [, secret = ""] = /webhook signing secret is (whsec_\w+)/.exec(said) ?? [];
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
    expect(dashboard).toMatch(/stripe listen: succeeded <small>200</);
    expect(dashboard).toMatch(/stripe listen: failed <small>418</);
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
