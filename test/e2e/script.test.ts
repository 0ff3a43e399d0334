import type { Page } from "playwright-core";
import { expect, inject, it } from "vitest";
import { expectAccessible } from "../support/accessible.ts";
import { anEvent, nowS, sign } from "../support/events.ts";
import { leaving } from "../support/sign_in.ts";
import { browsing, people, textOf } from "../support/signed_in_page.ts";

const { signedIn } = browsing();
const [represented] = inject("demo").spaces[0]?.marketplaces ?? [];
if (!represented) throw new Error("the demo is not what it should be");
const { forwardUrl, webhookSecret } = represented;
const LOG = "/spaces/demo/stripe_events";

/** Delivers an event, as Stripe does. @returns its id */
async function receive(type: string, created = nowS()): Promise<string> {
  const { id, body } = anEvent({ type, created });
  const headers = { "stripe-signature": sign(body, webhookSecret) };
  expect((await fetch(forwardUrl, { method: "POST", headers, body })).status).toBe(200);
  return id;
}

const rowOf = (page: Page, event: string) =>
  page.getByRole("row").filter({ has: page.locator(`a[href="${LOG}/${event}"]`) });

it("brings new events to the top of the log, and what becomes of them, until it is paused", async () => {
  const before = await receive("product.created", nowS() - 30);
  const page = await signedIn(people.member, LOG);
  await page.evaluate(() => Object.assign(window, { stayed: true }));
  const [first, second] = [await receive("product.updated"), await receive("product.deleted")];
  await rowOf(page, second).getByText("Ignored").waitFor();
  await rowOf(page, first).getByText("Ignored").waitFor();
  expect(await page.evaluate(() => "stayed" in window)).toBe(true);
  const rows = page.getByRole("rowheader").getByRole("link");
  const shown = await rows.evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  const places = [first, second, before].map((event) => shown.indexOf(`${LOG}/${event}`));
  expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...places)).toBe(places[2]);
  await expectAccessible(page);

  await page.getByRole("button", { name: "Live", pressed: true }).click();
  const paused = page.getByRole("button", { name: "Live", pressed: false });
  expect(await paused.count()).toBe(1);
  const third = await receive("product.created");
  const unasked = page.waitForRequest(/stripe_events/, { timeout: 8_000 }).catch(() => "none");
  expect(await unasked).toBe("none");
  expect(await rowOf(page, third).count()).toBe(0);
  await paused.click();
  await rowOf(page, third).waitFor();
});

it("asks for nothing where old events are shown", async () => {
  await receive("product.created");
  await receive("product.created");
  const page = await signedIn(people.member, `${LOG}?limit=1`);
  expect(await page.getByRole("button", { name: "Live" }).count()).toBe(1);
  await leaving(page, () => page.getByRole("link", { name: "Older" }).click());
  expect(await page.getByRole("button", { name: "Live" }).count()).toBe(0);
  await page.goto(`${LOG}?to=2020-01-01`);
  expect(await page.getByRole("button", { name: "Live" }).count()).toBe(0);
});

it("tells times in the reader's zone, and copies what one would otherwise select", async () => {
  const event = await receive("product.created");
  const options = { timezoneId: "Asia/Tokyo", permissions: ["clipboard-read", "clipboard-write"] };
  const page = await signedIn(people.member, `${LOG}/${event}`, options);
  const time = page.locator("time").first();
  expect(await textOf(time)).toMatch(/^[A-Z][a-z]{2} \d+, \d\d:\d\d:\d\d GMT\+9$/);
  expect(await time.getAttribute("title")).toMatch(/^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
  await page.getByRole("button", { name: `Copy ${event}` }).click();
  await page.getByRole("button", { name: `Copied ${event}` }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(event);
  await page.getByText("Reproduce it on your machine").click();
  await page.getByRole("button", { name: "Copy npm run reproduce" }).click();
  await page.getByRole("button", { name: "Copied npm run reproduce" }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    `npm run reproduce -- --event ${event}`,
  );
  await expectAccessible(page);

  // As on a host that is neither localhost nor https: pages have no clipboard there.
  await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  await page.getByRole("button", { name: `Copy ${event}` }).click();
  await page.getByRole("searchbox").focus();
  await page.keyboard.press("ControlOrMeta+V");
  expect(await page.getByRole("searchbox").inputValue()).toBe(event);
});

it("is not needed: without script times are of UTC, and there is no button that would do nothing", async () => {
  const event = await receive("product.created");
  const page = await signedIn(people.member, `${LOG}/${event}`, { javaScriptEnabled: false });
  expect(await textOf(page.locator("time").first())).toMatch(/^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
  expect(await page.getByRole("button", { name: /^Cop/ }).count()).toBe(0);
  await page.goto(LOG);
  expect(await rowOf(page, event).count()).toBe(1);
  expect(await page.getByRole("button", { name: "Live" }).count()).toBe(0);
});
