import { rmSync } from "node:fs";
import type { TestProject } from "vitest/node";
import type { Demo } from "../../local/demo.ts";
import { startBrowser } from "./browser.ts";
import { aPlace, readyProduct, startProduct } from "./product.ts";

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
