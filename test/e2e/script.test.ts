import type { BrowserContextOptions, Page } from "playwright-core";
import { describe, expect, inject, it } from "vitest";
import { expectAccessible } from "../support/accessible.ts";
import { anEvent, nowS, sign } from "../support/events.ts";
import { leaving, press } from "../support/sign_in.ts";
import { browsing, mainOf, noticeOf, people, textOf } from "../support/signed_in_page.ts";
import { makeSeller } from "../support/ui_steps.ts";

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

describe("an Order's page", () => {
  /** An Order of a seller of its own, at whose Stripe nothing is transferred until that is mended; and its page. */
  async function anOpenOrder(options?: BrowserContextOptions) {
    const page = await signedIn(people.operator, "/", options);
    const { platform, path, place, shop } = await makeSeller(page, "Corner Bakery");
    const { order, url } = await shop.checkout(place);
    const weather = (unavailable: number) =>
      shop.stripe("POST", "/simulator/weather", JSON.stringify({ unavailable, only: "/v1/transfers" }));
    await weather(100_000);
    await page.goto(`${path}/orders/${order}`);
    return {
      page,
      pay: () => shop.press(url, "pay"),
      mend: async () => {
        await weather(0);
        // What was paid and sent is at hand, without the days that it takes.
        const { vendor_account } = await shop.order(place, order);
        const atHand = JSON.stringify({ available: 10_000, currency: "usd" });
        for (const account of [platform, vendor_account])
          await shop.stripe("POST", `/simulator/accounts/${account}/balance`, atHand);
      },
    };
  }

  it("comes up to date until all is settled, and leaves alone what somebody has the focus in or is typing", async () => {
    const { page, pay, mend } = await anOpenOrder();
    await page.evaluate(() => Object.assign(window, { stayed: true }));
    const standing = page.locator("[aria-live=polite]");
    expect(await textOf(standing)).toContain("Checkout open");
    const ids = page.getByRole("region", { name: "Ids" });
    const copy = ids.getByRole("button").first();
    await copy.focus();
    await pay();
    await standing.getByText("Waiting").waitFor();
    expect(await textOf(standing)).toMatch(/Paid.*Payment split/s);
    await page.getByRole("heading", { name: /our last try failed$/ }).waitFor();
    expect(await copy.evaluate((button) => button === document.activeElement)).toBe(true);
    expect(await textOf(ids)).not.toContain("pi_");
    await page.getByRole("searchbox").focus();
    await ids.getByText(/^pi_/).waitFor();
    await expectAccessible(page);

    const live = page.getByRole("button", { name: "Live" });
    await live.click();
    await page.getByLabel("Amount").fill("5.00");
    await mend();
    const elsewhere = await page.context().newPage();
    await elsewhere.goto(page.url());
    await leaving(elsewhere, () => elsewhere.getByRole("link", { name: "Open the event" }).click());
    await press(elsewhere, "Replay");
    expect(await noticeOf(elsewhere)).toContain("succeeded");
    await elsewhere.goto(page.url());
    await elsewhere.getByLabel("Amount").fill("1.00");
    await leaving(elsewhere, () => elsewhere.getByRole("button", { name: "See who pays" }).click());
    await press(elsewhere, "Refund $1.00");
    expect(await mainOf(elsewhere)).toMatch(/Payment split\s*Done/);
    await elsewhere.close();
    await live.click();
    await standing.getByText("Done").waitFor();
    expect(await page.getByRole("heading", { name: /our last try failed$/ }).count()).toBe(0);
    expect(await page.getByRole("region", { name: "Money moved" }).count()).toBe(1);
    const refunds = page.getByRole("region", { name: "Refund" });
    expect(await page.getByLabel("Amount").inputValue()).toBe("5.00");
    expect(await textOf(refunds)).toContain("Up to $18.90");
    await page.getByLabel("Amount").fill("");
    await page.getByRole("searchbox").focus();
    await refunds.getByText("Up to $17.90").waitFor();
    await live.waitFor({ state: "detached" });
    expect(await page.evaluate(() => "stayed" in window)).toBe(true);
  });

  it("without script is reloaded by hand, and nothing moves under whoever reads it", async () => {
    const { page, pay } = await anOpenOrder({ javaScriptEnabled: false });
    expect(await page.getByRole("button", { name: "Live" }).count()).toBe(0);
    await pay();
    const again = page.getByRole("link", { name: "Reload the page" });
    await expect
      .poll(async () => {
        await leaving(page, () => again.click());
        return await mainOf(page);
      })
      .toContain("Waiting");
  });
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

it("copies a payload whole, with what is empty or folded in it, by a clipboard or without", async () => {
  const object = {
    id: "prod_1",
    description: null,
    images: [],
    prices: { gold: 1, silver: 2, tin: 3, lead: 4 },
  };
  const { id, body } = anEvent({ type: "product.created", object });
  const headers = { "stripe-signature": sign(body, webhookSecret) };
  expect((await fetch(forwardUrl, { method: "POST", headers, body })).status).toBe(200);
  const options = { permissions: ["clipboard-read", "clipboard-write"] };
  const page = await signedIn(people.member, `${LOG}/${id}`, options);
  await page.getByText("Payload", { exact: true }).click();
  const payload = page.locator(".json");
  const isShown = (text: string) => payload.getByText(text, { exact: true }).isVisible();
  expect([await isShown('"description"'), await isShown('"silver"')]).toEqual([false, true]);
  await page.getByLabel("empty field").check();
  await payload.locator("summary", { hasText: "prices" }).last().click();
  expect([await isShown('"description"'), await isShown('"silver"')]).toEqual([true, false]);
  await expectAccessible(page);

  await page.getByRole("button", { name: "Copy {" }).click();
  await page.getByRole("button", { name: "Copied {" }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toBe(JSON.stringify(JSON.parse(body), undefined, 2));
  // As on a host that is neither localhost nor https: pages have no clipboard there.
  await page.evaluate(() => navigator.clipboard.writeText("before"));
  await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  await page.getByRole("button", { name: "Copy {" }).click();
  await page.getByRole("searchbox").focus();
  await page.keyboard.press("ControlOrMeta+V");
  expect(JSON.parse(await page.getByRole("searchbox").inputValue())).toEqual(JSON.parse(body));
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
