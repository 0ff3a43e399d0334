import type { Page } from "playwright-core";

const README_WIDTH = { width: 1_000, height: 700 };

/** With SCREENSHOTS=1, takes a picture of a page for the README. */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env.SCREENSHOTS !== "1") return;
  await page.setViewportSize(README_WIDTH);
  await page.screenshot({ path: `docs/${name}.png`, fullPage: true });
}
