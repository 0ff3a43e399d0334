import { rmSync } from "node:fs";
import type { TestProject } from "vitest/node";
import type { Demo } from "../../local/demo.ts";
import { unpackBrowser } from "./browser.ts";
import { aPlace, readyProduct, startProduct } from "./product.ts";

declare module "vitest" {
  interface ProvidedContext {
    demo: Demo;
    localDir: string;
  }
}

/** One running product for all tests that only use it. */
export default async function e2e(project: TestProject): Promise<() => Promise<void>> {
  const place = await aPlace();
  const product = startProduct(place);
  const [ready] = await Promise.all([readyProduct(place, product), unpackBrowser()]);
  project.provide("demo", ready);
  project.provide("localDir", place.localDir);
  return async () => {
    await product.interrupt();
    rmSync(place.localDir, { recursive: true });
  };
}
