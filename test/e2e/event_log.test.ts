import { expect, inject, it, onTestFinished } from "vitest";
import { orderNumber } from "../../lib/orders/order_number.ts";
import { expectAccessible } from "../support/accessible.ts";
import { anEvent, sign } from "../support/events.ts";
import { picture } from "../support/picture.ts";
import { aShop } from "../support/shop.ts";
import { leaving, press } from "../support/sign_in.ts";
import {
  browsing,
  DESK,
  headingOf,
  mainOf,
  noticeOf,
  PHONE,
  people,
  textOf,
  whereIs,
} from "../support/signed_in_page.ts";

const demo = inject("demo");
const { signedIn } = browsing();
const [space] = demo.spaces;
const [first] = space?.marketplaces ?? [];
if (!space || !first) throw new Error("the demo is not what it should be");
const represented = first;
const shop = aShop(demo, space);
const marketplacePage = `/spaces/demo/rooms/${represented.room}/marketplaces/${represented.marketplace}/edit`;

/** An Order that is paid, and whose event is through. */
async function aPaidOrder(): Promise<string> {
  const { order, url } = await shop.checkout(represented);
  await shop.press(url, "pay");
  await shop.expectOrder(represented, order, "paid", { entries: ["placed", "paid"] });
  await expect
    .poll(async () => JSON.stringify((await shop.call("/stripe_events")).body))
    .toContain('"succeeded"');
  return order;
}

it("leads a member from the Space to an event, handles it again, and says so", async () => {
  await aPaidOrder();
  const page = await signedIn(people.member, "/spaces/demo");
  await leaving(page, () => page.getByRole("link", { name: "Events", exact: true }).click());
  expect(await headingOf(page)).toBe("Events");
  const succeeded = page.getByRole("row").filter({ hasText: "Succeeded" });
  await leaving(page, () =>
    succeeded.getByRole("link", { name: "checkout.session.completed" }).first().click(),
  );
  expect(await headingOf(page)).toBe("checkout.session.completed");
  const at = whereIs(page);
  const runs = page.getByRole("region", { name: "Runs" }).getByRole("rowheader");
  const before = await runs.count();
  await press(page, "Replay");
  expect(whereIs(page)).toBe(at);
  expect(await noticeOf(page)).toBe("The event was handled again, and succeeded.");
  expect(await runs.count()).toBe(before + 1);
  expect(await textOf(page.getByRole("row").nth(1))).toContain("was already paid");
  await picture(page, "event");
  await page.reload();
  expect(await page.getByRole("status").count()).toBe(0);
  expect(await runs.count()).toBe(before + 1);

  await leaving(page, () => page.getByRole("link", { name: /^[0-9A-Z]{4}-[0-9A-Z]{4}$/ }).click());
  expect(await headingOf(page)).toMatch(/^Order [0-9A-Z]{4}-[0-9A-Z]{4}$/);
});

it("narrows the log by a form, and says of an event what a replay would do", async () => {
  await aPaidOrder();
  const page = await signedIn(people.member, "/spaces/demo/stripe_events");
  await page.getByLabel("Status", { exact: true }).selectOption("succeeded");
  await page.getByLabel("Type", { exact: true }).fill("checkout.session.*");
  await leaving(page, () => page.getByRole("button", { name: "Filter", exact: true }).click());
  expect(new URL(page.url()).searchParams.get("type")).toBe("checkout.session.*");
  const log = page.getByRole("region", { name: "Events", exact: true });
  const rows = log.getByRole("row").filter({ has: page.getByRole("rowheader") });
  const shown = await rows.allTextContents();
  expect(shown.length).toBeGreaterThan(0);
  for (const row of shown) expect(row).toMatch(/checkout\.session\..*Succeeded/s);
  await expectAccessible(page);
  await leaving(page, () => page.getByRole("link", { name: "Remove the filter Status: Succeeded" }).click());
  expect(new URL(page.url()).search).toBe("?type=checkout.session.*");

  await page.setViewportSize(PHONE);
  expect(await page.getByLabel("Type", { exact: true }).isVisible()).toBe(false);
  await page.getByText("Filter", { exact: true }).first().click();
  expect(await page.getByLabel("Type", { exact: true }).inputValue()).toBe("checkout.session.*");
  await page.setViewportSize(DESK);

  await leaving(page, () => page.getByRole("link", { name: "checkout.session.completed" }).first().click());
  await leaving(page, () => page.getByRole("link", { name: "What would a replay do?" }).click());
  const would = await textOf(page.getByRole("region", { name: "What a replay would do now" }));
  expect(would).toContain("is already paid.");
  expect(would).toContain("No money would be moved.");
  await expectAccessible(page);
});

it("shows a member what fails, by cause, and handles all of it again when they have seen what that is", async () => {
  const { mend, failures } = await failingEvents(2);

  const page = await signedIn(people.member, "/spaces/demo");
  await leaving(page, () => page.getByRole("link", { name: "Problems", exact: true }).click());
  expect(await headingOf(page)).toBe("Problems");
  const causes = page.getByRole("region", { name: /by cause$|^Nothing is failing$/ });
  const row = causes.getByRole("row").filter({ hasText: "stripe:http_503" });
  expect(await textOf(row)).toContain("2 events");
  expect(await textOf(row)).toContain("2 retrying");
  await picture(page, "problems");
  await expectAccessible(page);
  await leaving(page, () => row.getByRole("link", { name: "See an example" }).click());
  expect(await mainOf(page)).toMatch(/Stripe's request req_/);
  await page.goto("/spaces/demo/failures");

  await mend();
  await leaving(page, () => row.getByRole("link", { name: "Replay all 2…" }).click());
  expect(await mainOf(page)).toMatch(/2 events\s*Failing because of stripe:http_503/);
  await expectAccessible(page);
  await press(page, "Replay these 2 events");
  expect(whereIs(page)).toMatch(/^\/spaces\/demo\/replays\/\w{26}$/);
  expect(await mainOf(page)).toContain("2 of 2 replayed.");
  await expectAccessible(page);
  await page.goto("/spaces/demo/failures");
  expect(await causes.count()).toBe(1);
  expect(await row.count()).toBe(0);
  expect(await failures()).not.toContainEqual(expect.objectContaining({ cause: "stripe:http_503" }));
});

/** Events of one session, which Stripe does not answer for until that is mended. */
async function failingEvents(count: number) {
  const { session, url } = await shop.checkout(represented);
  const weather = (unavailable: number) =>
    shop.stripe(
      "POST",
      "/simulator/weather",
      JSON.stringify({ unavailable, only: unavailable > 0 ? `/v1/checkout/sessions/${session}` : "" }),
    );
  const mend = async () => void (await weather(0));
  onTestFinished(mend);
  await weather(100_000);
  await shop.press(url, "pay");
  // Others of the same session's, by the Marketplace's own address.
  for (let n = 1; n < count; n++) {
    const { body } = anEvent({ type: "checkout.session.completed", object: { id: session } });
    const delivered = await fetch(represented.forwardUrl, {
      method: "POST",
      headers: { "stripe-signature": sign(body, represented.webhookSecret) },
      body,
    });
    expect(delivered.status).toBe(200);
  }
  const failures = async () => (await shop.call("/failures")).body.data;
  await expect.poll(failures).toContainEqual(expect.objectContaining({ cause: "stripe:http_503", count }));
  return { mend, failures };
}

it("shows a member how far a replay of many is, and stops it", async () => {
  const { mend } = await failingEvents(60);
  const page = await signedIn(people.member, "/spaces/demo/stripe_events?cause=stripe:http_503");
  await leaving(page, () => page.getByRole("link", { name: "Replay such events…" }).click());
  expect(await headingOf(page)).toBe("Replay events");
  await mend();
  // In test mode three a second are begun: a request's few seconds are not enough.
  await leaving(page, () => page.getByRole("button", { name: /^Replay these \d+ events$/ }).click());
  expect(await mainOf(page)).toMatch(/Running.*Failing because of stripe:http_503.*\d+ of \d+ replayed/s);
  await picture(page, "replay");
  await expectAccessible(page);
  const at = whereIs(page);
  await press(page, "Stop");
  expect(whereIs(page)).toBe(at);
  expect(await mainOf(page)).toMatch(/Stopped.*Left\s*\d+.*Stopped by\s*dana@convene.example/s);
  const [, left] = /Left\s*(\d+)/.exec(await mainOf(page)) ?? [];
  expect(Number(left)).toBeGreaterThan(0);
  await leaving(page, () => page.getByRole("link", { name: "All replays of the Space" }).click());
  await expectAccessible(page);
});

it("leads a Vendor's representative from the Marketplace to its Orders and to one, and to no event", async () => {
  const order = await aPaidOrder();
  const page = await signedIn(people.representative, marketplacePage);
  expect(await page.getByRole("link", { name: "Events" }).count()).toBe(0);
  await leaving(page, () => page.getByRole("link", { name: "Orders" }).first().click());
  const row = page.getByRole("row").filter({ hasText: orderNumber(order) });
  expect(await textOf(row)).toMatch(/Paid\s*Done.*\$18\.90/);
  await leaving(page, () => row.getByRole("link").click());
  expect(await headingOf(page)).toBe(`Order ${orderNumber(order)}`);
  expect(await mainOf(page)).toContain("The buyer was sent to Stripe to pay.");
  await picture(page, "order");
  expect(await page.locator('a[href*="stripe_events"]').count()).toBe(0);
  await leaving(page, () => page.getByRole("link", { name: "Connection" }).click());
  expect(whereIs(page)).toBe(marketplacePage);
});
