import { randomBytes } from "node:crypto";
import type { Page } from "playwright-core";
import { inject } from "vitest";
import { aShop, type DemoMarketplace } from "./shop.ts";
import { press } from "./sign_in.ts";
import { textOf, whereIs } from "./signed_in_page.ts";

const demo = inject("demo");
const { simulatorUrl } = demo;

export type PlatformAccount = { id: string; testKey: string; liveKey: string };

/** A platform account of Stripe's simulator that nobody uses yet, with a secret key of each mode. */
export async function aPlatformAccount(name: string): Promise<PlatformAccount> {
  const response = await fetch(`${simulatorUrl}/simulator/accounts`, {
    method: "POST",
    body: JSON.stringify({ display_name: name }),
  });
  const { id, secret_keys } = await response.json();
  const keyOf = (mode: string): string => secret_keys.find((key: string) => key.startsWith(`sk_${mode}_`));
  return { id, testKey: keyOf("test"), liveKey: keyOf("live") };
}

/** A short name that no other test takes. */
export const aSlug = (word: string): string => `${word}-${randomBytes(4).toString("hex")}`;

/** Makes a Space as an operator does, and leaves `page` there. */
export async function makeSpace(page: Page, name: string, space = aSlug("space")): Promise<string> {
  await page.goto("/");
  await page.getByLabel("Short name").fill(space);
  await page.getByLabel("Name", { exact: true }).fill(name);
  await press(page, "Create Space");
  return space;
}

/** The settings of the Space that `page` is in. */
async function openSettings(page: Page): Promise<void> {
  const [space] = /^\/spaces\/[\w-]+/.exec(new URL(page.url()).pathname) ?? [];
  await page.goto(`${space}/edit`);
}

/** Adds a Utility in a Space's settings, and goes to the Utility's page. */
export async function makeUtility(page: Page, name = "Stripe"): Promise<string> {
  await openSettings(page);
  await page.getByLabel("Name of a Stripe Utility").fill(name);
  await press(page, "Add Stripe Utility");
  return lastId(page);
}

/** Adds a Marketplace on the page of the Space that `page` is in, and goes to the Marketplace's. */
export async function makeMarketplace(page: Page, name: string): Promise<string> {
  const [space = ""] = /^\/spaces\/[\w-]+/.exec(new URL(page.url()).pathname) ?? [];
  await page.goto(space);
  await unfold(page, "Add a Marketplace");
  await page.getByLabel("Name of a Marketplace").fill(name);
  await press(page, "Add Marketplace");
  return lastId(page);
}

/** Opens what is folded behind these words, where it is. */
async function unfold(page: Page, words: string): Promise<void> {
  const summary = page.locator("summary", { hasText: words });
  const isOpen = (await page.locator("details[open]", { has: summary }).count()) > 0;
  if (!isOpen) await summary.click();
}

/** The id in the address of an edit page. */
const lastId = (page: Page): string => new URL(page.url()).pathname.split("/").at(-2) ?? "";

/** Makes an API key in a Space's settings, and reads it off, as it is shown this once. */
export async function makeApiKey(
  page: Page,
  purpose: string,
  scope: "Sell" | "Manage" = "Manage",
): Promise<string> {
  await openSettings(page);
  await page.getByLabel("Key name").fill(purpose);
  await page.getByRole("radio", { name: new RegExp(`^${scope}:`) }).check();
  await press(page, "Create API key");
  return await textOf(page.getByRole("region", { name: "The new API key" }).locator("pre"));
}

/** Makes a Space with a Marketplace that sells, as an operator does, and leaves `page` on the Space's page. */
export async function makeSeller(page: Page, name: string) {
  const space = await makeSpace(page, `${name} Coop`);
  const { id: platform, testKey } = await aPlatformAccount(`${name} Coop`);
  await makeUtility(page);
  await page.getByLabel("Api token").fill(testKey);
  await press(page, "Save");
  await page.goto(`/spaces/${space}`);
  const marketplace = await makeMarketplace(page, name);
  const path = whereIs(page).replace(/\/edit$/, "");
  await press(page, "Connect to Stripe");
  await press(page, "Fill in everything and submit");
  await page.goto(`/spaces/${space}`);
  const apiKey = await makeApiKey(page, "The shop", "Sell");
  const place: DemoMarketplace = {
    name,
    room: "store",
    marketplace,
    connected: true,
    forwardUrl: "",
    webhookSecret: "",
  };
  return { space, platform, path, place, shop: aShop(demo, { space, apiKey, stripeSecretKey: testKey }) };
}

/** A webhook secret as Stripe makes them, and as a page may show it. */
export function aWebhookSecret(): { secret: string; masked: string } {
  const secret = `whsec_${randomBytes(16).toString("hex")}`;
  return { secret, masked: `whsec_…${secret.slice(-4)}` };
}
