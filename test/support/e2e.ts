import { rmSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import type { TestProject } from "vitest/node";
import type { Demo } from "../../local/demo.ts";
import { createDemoSeed, newPerson, writeDemoSeed } from "../../local/demo_seed.ts";
import { dataFolder } from "../../local/dynamodb.ts";
import { BRANDED_NAMES, brandedHost, startBrowser } from "./browser.ts";
import { testEmulator, withTestEmulator } from "./emulator.ts";
import { aPlace, type Place, readyProduct, startProduct } from "./product.ts";
import { type SignedIn, signInAt } from "./sign_in.ts";

declare module "vitest" {
  interface ProvidedContext {
    demo: Demo;
    localDir: string;
    /** What seals its secrets. */
    sealingKey: string;
    /** Where the browser is that all tests share. */
    browserUrl: string;
    /** Those of the demo's people who never sign out, signed in, by their email address. */
    signedIn: Record<string, SignedIn>;
  }
}

/** One running product for all tests that only use it, and one browser. */
export default async function e2e(project: TestProject): Promise<() => Promise<void>> {
  const place = await withTestEmulator(await aPlace());
  await seedLeavers(place);
  place.env.BRANDED_DOMAINS = BRANDED_NAMES.map(brandedHost).join(",");
  const product = startProduct(place);
  const [ready, browser] = await Promise.all([readyProduct(place, product), startBrowser()]);
  project.provide("demo", ready);
  project.provide("localDir", place.localDir);
  project.provide("sealingKey", place.env.SEALING_KEY ?? "");
  project.provide("browserUrl", browser.wsEndpoint());
  project.provide("signedIn", await signAllIn(browser.wsEndpoint(), ready));
  return async () => {
    await browser.close();
    await product.interrupt();
    rmSync(place.localDir, { recursive: true });
  };
}

async function signAllIn(browserUrl: string, { baseUrl, people }: Demo): Promise<Record<string, SignedIn>> {
  const browser = await chromium.connect(browserUrl);
  const staying = people.filter(({ email }) => !email.startsWith(LEAVER));
  const entries = await Promise.all(
    staying.map(async (person) => [person.email, await signInAt(browser, baseUrl, person)] as const),
  );
  await browser.close();
  return Object.fromEntries(entries);
}

const LEAVER = "leaver-of-";

/** People of the demo for those files of tests that sign out: it ends all sessions of a person, also in another file's window. */
async function seedLeavers({ localDir }: Place): Promise<void> {
  const file = join(dataFolder(localDir, "simulator", await testEmulator()), "seed.json");
  const seed = createDemoSeed(file, undefined);
  const leavers = [
    newPerson(`${LEAVER}sign-in`, "member", "demo"),
    newPerson(`${LEAVER}keyboard`, "operator", null),
    newPerson(`${LEAVER}accessibility`, "member", "demo"),
  ];
  writeDemoSeed(file, { ...seed, people: [...seed.people, ...leavers] });
}
