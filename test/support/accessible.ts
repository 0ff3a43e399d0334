import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { DESK, PHONE, TABLET } from "./signed_in_page.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Those of axe's rules that are on by default and read a color. */
const RULES_OF_COLOR = ["color-contrast", "link-in-text-block"];

/** Expects a page to fit a phone, a tablet and a desk, and axe to find nothing moderate or worse in light and in dark. */
export async function expectAccessible(page: Page): Promise<void> {
  for (const size of [PHONE, TABLET, DESK]) {
    await page.setViewportSize(size);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect([page.url(), width]).toEqual([page.url(), size.width]);
  }
  await page.emulateMedia({ colorScheme: "light" });
  expect([page.url(), await faultsIn(page)]).toEqual([page.url(), []]);
  // In the dark there are other colors, and nothing else is different.
  await page.emulateMedia({ colorScheme: "dark" });
  expect([page.url(), "dark", await faultsIn(page, RULES_OF_COLOR)]).toEqual([page.url(), "dark", []]);
  await page.emulateMedia({ colorScheme: null });
}

// In the page, since all that axe says of it takes longer to bring here than to find out.
const runAxe = (
  options: object,
): string => `axe.run(${JSON.stringify(options)}).then(({ passes, violations }) => ({
  passes: passes.length,
  faults: violations
    .filter(({ impact }) => impact !== "minor")
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html)),
}))`;

/** What axe calls moderate, serious or critical: the rule, and where it is broken. `rules` are those to look at, where not all. */
export async function faultsIn(page: Page, rules?: string[]): Promise<string[]> {
  // The debugger's own way into a page, which its Content-Security-Policy does not hold up.
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(AXE);
  const { passes, faults } = await page.evaluate<{ passes: number; faults: string[] }>(
    runAxe(rules ? { runOnly: { type: "rule", values: rules } } : {}),
  );
  expect(passes).toBeGreaterThan(rules ? 0 : 5);
  return faults;
}

const MAX_TABS = 60;

/** Presses Tab until `wanted` has the focus. Whatever has it on the way is on the screen, with its outline. */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let tabs = 0; tabs < MAX_TABS; tabs++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return undefined;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const { left, right, top, bottom } = element.getBoundingClientRect();
      const isOnScreen = right > 0 && bottom > 0 && left < innerWidth && top < innerHeight;
      return {
        html: element.outerHTML,
        seen: isOnScreen && outlineStyle !== "none" && outlineWidth !== "0px",
      };
    });
    if (focused) expect(focused).toMatchObject({ seen: true });
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`${MAX_TABS} times Tab did not lead to ${wanted}`);
}
