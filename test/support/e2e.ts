import { rmSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import type { Demo } from "../../local/demo.ts";
import { createDemoSeed, newPerson, writeDemoSeed } from "../../local/demo_seed.ts";
import { dataFolder, findEmulator } from "../../local/dynamodb.ts";
import { BRANDED_NAMES, brandedHost, startBrowser } from "./browser.ts";
import { aPlace, type Place, readyProduct, startProduct } from "./product.ts";

declare module "vitest" {
  interface ProvidedContext {
    demo: Demo;
    localDir: string;
    /** Where the browser is that all tests share. */
    browserUrl: string;
  }
}

/** One running product for all tests that only use it, and one browser. */
export default async function e2e(project: TestProject): Promise<() => Promise<void>> {
  const place = await aPlace();
  await seedLeavers(place);
  place.env.BRANDED_DOMAINS = BRANDED_NAMES.map(brandedHost).join(",");
  const product = startProduct(place);
  const [ready, browser] = await Promise.all([readyProduct(place, product), startBrowser()]);
  project.provide("demo", ready);
  project.provide("localDir", place.localDir);
  project.provide("browserUrl", browser.wsEndpoint());
  return async () => {
    await browser.close();
    await product.interrupt();
    rmSync(place.localDir, { recursive: true });
  };
}

/** People of the demo for those files of tests that sign out: it ends all sessions of a person, also in another file's window. */
async function seedLeavers({ localDir }: Place): Promise<void> {
  const file = join(dataFolder(localDir, "simulator", await findEmulator()), "seed.json");
  const seed = createDemoSeed(file, undefined);
  const leavers = [
    newPerson("leaver-of-sign-in", "member", "demo"),
    newPerson("leaver-of-keyboard", "operator", null),
    newPerson("leaver-of-accessibility", "member", "demo"),
  ];
  writeDemoSeed(file, { ...seed, people: [...seed.people, ...leavers] });
}
