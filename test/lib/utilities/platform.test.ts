import { randomUUID } from "node:crypto";
import { BatchWriteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, describe, expect, it, vi } from "vitest";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { spaceKey, utilityRow } from "../../../lib/dynamodb/keys.ts";
import { seal } from "../../../lib/secrets/seal.ts";
import type { SecretContext } from "../../../lib/secrets/secret_context.ts";
import { cachedPlatform, forgetPlatform, NoApiToken } from "../../../lib/utilities/platform.ts";
import { apiTokenContext } from "../../../lib/utilities/stripe_utility.ts";
import { anApiToken, saveApiToken } from "../../support/api_tokens.ts";
import { aSpace } from "../../support/spaces.ts";

afterEach(() => vi.useRealTimers());

const aName = () => `space-${randomUUID()}`;

/** As many as DynamoDB takes at once. */
const inBatches = (spaces: string[]): string[][] =>
  Array.from({ length: Math.ceil(spaces.length / 25) }, (_, index) =>
    spaces.slice(index * 25, (index + 1) * 25),
  );

async function putUtilities(spaces: string[], utility: string): Promise<void> {
  for (const batch of inBatches(spaces)) {
    const puts = batch.map(async (space) => ({
      PutRequest: { Item: await utilityItem(space, utility, apiTokenContext(space, utility)) },
    }));
    const RequestItems = { [configuration.settingsTable]: await Promise.all(puts) };
    await dynamodb.send(new BatchWriteCommand({ RequestItems }));
  }
}

const utilityItem = async (space: string, utility: string, context: SecretContext) => ({
  pk: spaceKey(space),
  sk: utilityRow(utility),
  space,
  utility,
  name: "Stripe",
  version: 0,
  api_token: await seal(anApiToken(), context),
});

/** The time, `ms` later than the first call. */
function startClock(): (ms: number) => void {
  const start = Date.now();
  vi.useFakeTimers({ toFake: ["Date"], now: start });
  return (ms) => vi.setSystemTime(start + ms);
}

describe("cachedPlatform", () => {
  it("speaks to Stripe as the Space's platform account", async () => {
    const { space, stripeAccount } = await aSpace();
    const { stripe } = await cachedPlatform(space);
    expect((await stripe.accounts.retrieveCurrent()).id).toBe(stripeAccount);
  });

  it.each([
    ["sk_test_", false],
    ["rk_test_", false],
    ["sk_live_", true],
    ["rk_live_", true],
  ])("tells by a key %s… that livemode is %s", async (prefix, livemode) => {
    const space = aName();
    await saveApiToken(space, anApiToken(prefix));
    expect(await cachedPlatform(space)).toMatchObject({ livemode });
  });

  it.each([
    ["there is no Utility", async () => {}],
    [
      "its Utility has no key yet",
      async (...ids: [space: string, utility: string]) => saveApiToken(ids[0], undefined, ids[1]),
    ],
  ])("throws NoApiToken where %s, and finds the key as soon as it is saved", async (_what, prepare) => {
    const [space, utility] = [aName(), randomUUID()];
    await prepare(space, utility);
    await expect(cachedPlatform(space)).rejects.toBeInstanceOf(NoApiToken);
    await saveApiToken(space, anApiToken(), utility);
    expect(await cachedPlatform(space)).toMatchObject({ livemode: false });
  });

  it("does not use a key that was sealed for another Space", async () => {
    const [space, utility] = [aName(), randomUUID()];
    const Item = await utilityItem(space, utility, apiTokenContext("other", utility));
    await dynamodb.send(new PutCommand({ TableName: configuration.settingsTable, Item }));
    await expect(cachedPlatform(space)).rejects.toThrow("another place");
  });

  it("keeps a Space's client for 60 s, and reads the key again then", async () => {
    const [space, utility] = [aName(), randomUUID()];
    const comes = startClock();
    await saveApiToken(space, anApiToken(), utility);
    const first = await cachedPlatform(space);
    await saveApiToken(space, anApiToken("sk_live_"), utility);
    comes(59_999);
    expect(await cachedPlatform(space)).toBe(first);
    comes(60_000);
    expect(await cachedPlatform(space)).toMatchObject({ livemode: true });
  });

  it("keeps no more than the last 1,000 Spaces' clients", async () => {
    const [utility, name] = [randomUUID(), aName()];
    const spaces = Array.from({ length: 1_001 }, (_, index) => `${name}-${index}`);
    await putUtilities(spaces, utility);
    const [one = "", another = "", ...others] = spaces;
    const [first, second] = [await cachedPlatform(one), await cachedPlatform(another)];
    for (const batch of inBatches(others)) await Promise.all(batch.map(cachedPlatform));
    expect(await cachedPlatform(another)).toBe(second);
    expect(await cachedPlatform(one)).not.toBe(first);
  });
});

describe("forgetPlatform", () => {
  it("makes the next caller read the key that is saved by then", async () => {
    const [space, utility] = [aName(), randomUUID()];
    await saveApiToken(space, anApiToken(), utility);
    await cachedPlatform(space);
    await saveApiToken(space, anApiToken("sk_live_"), utility);
    expect(await cachedPlatform(space)).toMatchObject({ livemode: false });
    forgetPlatform(space);
    expect(await cachedPlatform(space)).toMatchObject({ livemode: true });
  });
});
