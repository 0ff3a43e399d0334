import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { UserError } from "../cli/user_error.ts";
import { hashOfApiKey } from "../lib/api_keys/api_key.ts";
import { newBuyerSecret } from "../lib/buyers/buyer_key.ts";
import { iso, now } from "../lib/clock.ts";
import { configuration } from "../lib/configuration.ts";
import { dynamodb } from "../lib/dynamodb/client.ts";
import { ifCondition } from "../lib/dynamodb/conditional.ts";
import {
  accountKey,
  apiKeyRow,
  marketplaceKey,
  marketplaceRow,
  registryKey,
  SPACE_ROW,
  spaceKey,
  utilityClaimKey,
  utilityRow,
} from "../lib/dynamodb/keys.ts";
import { getMarketplace } from "../lib/marketplaces/get_marketplace.ts";
import { readWebhookSecrets, sealWebhookSecrets } from "../lib/marketplaces/webhook_secrets.ts";
import { memberRows } from "../lib/members/change_members.ts";
import { representativeRows } from "../lib/members/change_representatives.ts";
import { mask } from "../lib/secrets/mask.ts";
import { seal } from "../lib/secrets/seal.ts";
import { placeElement } from "../lib/stripe_account/connected_account.ts";
import { refreshAccount } from "../lib/stripe_account/refresh_account.ts";
import { ensureEndpoints } from "../lib/stripe_webhook_endpoints/ensure_endpoints.ts";
import { forwardUrl } from "../lib/urls.ts";
import { cachedPlatform } from "../lib/utilities/platform.ts";
import { apiTokenContext } from "../lib/utilities/stripe_utility.ts";
import type { Demo } from "./demo.ts";
import type { Seed, SeedPerson, SeedSpace } from "./demo_seed.ts";

type DemoSpace = Demo["spaces"][number];

/**
 * Puts the demo Spaces into the tables, and their platform accounts into the simulator. What is there already, and was
 * changed since, stays as it is.
 * @throws {UserError} where the tables were sealed with another key.
 */
export async function seed({ spaces, people }: Seed, simulatorUrl: string | null): Promise<DemoSpace[]> {
  const demos: DemoSpace[] = [];
  // One after the other, so that the simulator's page has their accounts in this order.
  for (const space of spaces) {
    await seedSpace(space, simulatorUrl);
    if (simulatorUrl) await readAccounts(space);
    demos.push(await demoOf(space));
  }
  for (const person of people) await seedPerson(person, spaces);
  return demos;
}

/** Lets a person into what their role says, as the seed's own doing: it is in no audit. */
async function seedPerson({ role, email, space }: SeedPerson, spaces: SeedSpace[]): Promise<void> {
  const [first] = spaces.find((each) => each.space === space)?.marketplaces ?? [];
  if (space === null || !first) return;
  const place = { space, room: first.room, marketplace: first.marketplace };
  const rows =
    role === "representative"
      ? representativeRows(place, email)
      : role === "member"
        ? memberRows(space, email)
        : [];
  for (const row of rows) await putNew(row);
}

/** Puts one Space into the tables, and its platform account, with the Space's webhook endpoints, into the simulator. */
export async function seedSpace(space: SeedSpace, simulatorUrl: string | null): Promise<void> {
  await seedSettings(space, simulatorUrl !== null);
  if (!simulatorUrl) return;
  await seedPlatform(space, simulatorUrl);
  await registerEndpoints(space);
}

async function seedSettings(
  { space, name, apiKey, sellKey, utility, stripeSecretKey, stripeAccount, marketplaces }: SeedSpace,
  isSimulated: boolean,
): Promise<void> {
  const pk = spaceKey(space);
  await putNew({ pk, sk: SPACE_ROW, space, name, version: 0 });
  await putNew({ ...registryKey(space), space, name });
  await putNew({ pk, sk: apiKeyRow(hashOfApiKey(apiKey)), space, name: "Demo", scope: "manage" });
  await putNew({ pk, sk: apiKeyRow(hashOfApiKey(sellKey)), space, name: "Demo shop", scope: "sell" });
  await putNew({ ...utilityClaimKey(space), utility });
  await putNew({
    pk,
    sk: utilityRow(utility),
    space,
    utility,
    name: "Stripe",
    api_token: await seal(stripeSecretKey, apiTokenContext(space, utility)),
    api_token_masked: mask(stripeSecretKey),
    // Whose a real key is, is not ours to make up.
    ...(isSimulated && { stripe_platform_account: stripeAccount, stripe_platform_account_name: name }),
    stripe_platform_since: iso(now()),
    buyer_secret: newBuyerSecret(),
    version: 0,
  });
  for (const { webhookSecret, stripe_account, ...marketplace } of marketplaces) {
    const place = { space, ...marketplace };
    const sealed = await sealWebhookSecrets([webhookSecret], space, marketplaceRow(place));
    await putNew({
      ...marketplaceKey(place),
      ...place,
      stripe_webhook_endpoint_secret: sealed,
      stripe_webhook_endpoint_secret_masked: [mask(webhookSecret)],
      ...(stripe_account && { stripe_account }),
    });
    if (stripe_account)
      await putNew({ ...accountKey(stripe_account), marketplaces: new Set([placeElement(place)]) });
  }
}

async function putNew(item: Record<string, unknown>): Promise<void> {
  await ifCondition(
    dynamodb.send(
      new PutCommand({
        TableName: configuration.settingsTable,
        Item: item,
        ConditionExpression: "attribute_not_exists(pk)",
      }),
    ),
  );
}

async function seedPlatform(space: SeedSpace, simulatorUrl: string): Promise<void> {
  const response = await fetch(`${simulatorUrl}/simulator/accounts`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      id: space.stripeAccount,
      display_name: space.name,
      secret_keys: [space.stripeSecretKey],
      connected_accounts: space.marketplaces.flatMap(({ stripe_account, name }) =>
        stripe_account ? [{ id: stripe_account, display_name: name }] : [],
      ),
    }),
  });
  if (!response.ok)
    throw new Error(`the simulator did not take the account of ${space.space}: ${response.status}`);
}

/** The Space's two endpoints at Stripe, for its own events and for its connected accounts'; their URL follows `BASE_URL`. */
async function registerEndpoints({ space }: SeedSpace): Promise<void> {
  const state = await ensureEndpoints(space, null);
  if (state.state === "trouble") throw state.trouble;
}

/** What Stripe says of the connected accounts, which the checks would find out within the hour. */
async function readAccounts({ space, marketplaces }: SeedSpace): Promise<void> {
  const { stripe } = await cachedPlatform(space);
  for (const { room, marketplace } of marketplaces) {
    const settings = await getMarketplace({ space, room, marketplace });
    if (!settings.stripe_account_facts) await refreshAccount(settings, stripe);
  }
}

async function demoOf({
  space,
  apiKey,
  sellKey,
  utility,
  stripeSecretKey,
  marketplaces,
}: SeedSpace): Promise<DemoSpace> {
  const facts = marketplaces.map(async ({ name, room, marketplace, stripe_account }) => {
    const place = { space, room, marketplace };
    const [webhookSecret = ""] = await openSecrets(space, marketplaceRow(place));
    return {
      name,
      room,
      marketplace,
      connected: stripe_account !== undefined,
      forwardUrl: forwardUrl(place),
      webhookSecret,
    };
  });
  return { space, apiKey, sellKey, utility, stripeSecretKey, marketplaces: await Promise.all(facts) };
}

async function openSecrets(space: string, row: string): Promise<string[]> {
  try {
    return (await readWebhookSecrets(space, row)) ?? [];
  } catch {
    throw new UserError(
      "SEALING_KEY is not the key that sealed the secrets in .local. Put the old one back into .env, or start over: npm start -- --fresh",
    );
  }
}
