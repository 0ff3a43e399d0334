import { expect, it } from "vitest";
import { buildScript } from "../../../browser/build.ts";
import { SCRIPT } from "../../../lib/pages/script.ts";

/** A page is at most 60 KB with all that it loads. */
const MAX_BYTES = 5 * 1_024;

it("is what lib/pages/script.json has, and small; else: npm run script", () => {
  expect(SCRIPT).toBe(buildScript());
  expect(Buffer.byteLength(SCRIPT)).toBeLessThan(MAX_BYTES);
});
