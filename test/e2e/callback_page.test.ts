import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { expectAccessible, tabTo } from "../support/accessible.ts";
import { picture } from "../support/picture.ts";
import { aReceiver } from "../support/receiver.ts";
import { leaving, press, pressAsked } from "../support/sign_in.ts";
import {
  browsing,
  complaintAt,
  headingOf,
  mainOf,
  noticeOf,
  PHONE,
  people,
  textOf,
  whereIs,
} from "../support/signed_in_page.ts";
import { makeMarketplace, makeSeller, makeSpace } from "../support/ui_steps.ts";

const { signedIn } = browsing();

const secretsOn = (page: Page) =>
  page.getByRole("region", { name: "Callback secrets" }).getByRole("listitem");
const toldOn = (page: Page) =>
  page.getByRole("region", { name: "Deliveries" }).locator("tbody").getByRole("row");
/** Each of what it was told, the newest first: `callback.test Delivered`. */
const told = async (page: Page): Promise<string[]> =>
  await toldOn(page).evaluateAll((rows) =>
    rows.map((row) => [...row.querySelectorAll("strong")].map(({ textContent }) => textContent).join(" ")),
  );
/** Waits until the page, loaded anew, says so. */
const comesToSay = async (page: Page, rows: string[]): Promise<void> => {
  const now = async () => {
    await page.reload();
    return await told(page);
  };
  await expect.poll(now, { interval: 200 }).toEqual(rows);
};
const newSecretOn = (page: Page): Promise<string> =>
  textOf(page.getByRole("region", { name: "The new callback secret" }).locator("pre"));
const triesOf = async (page: Page, row: number): Promise<string> => {
  const details = toldOn(page).nth(row).locator("details");
  await details.locator("summary").click();
  return await textOf(details);
};

it("tells a server of a Space's Orders, and shows what became of each call, without JavaScript", async () => {
  const receiver = await aReceiver();
  const page = await signedIn(people.operator, "/", { javaScriptEnabled: false });
  const { space, place, shop, path } = await makeSeller(page, "Corner Bakery");
  await page.goto(`/spaces/${space}/edit`);
  await leaving(page, () => page.getByRole("link", { name: "set up a callback" }).click());
  expect(whereIs(page)).toBe(`/spaces/${space}/callback`);
  expect(await headingOf(page)).toBe("Callback");

  await page.getByLabel("URL").fill("ftp://shop.example");
  await press(page, "Set up callback");
  expect(await complaintAt(page, "URL")).toBe("URL must begin with https://.");
  await page.getByLabel("URL").fill(receiver.url);
  await press(page, "Set up callback");
  const secret = await newSecretOn(page);
  expect(secret).toMatch(/^whsec_/);
  await page.reload();
  expect(await page.content()).not.toContain(secret);

  const { order, url } = await shop.checkout(place);
  await shop.press(url, "pay");
  await comesToSay(page, ["order.split Delivered", "order.paid Delivered", "order.placed Delivered"]);
  // Each says how its Order is by then, and one may overtake another.
  const types = receiver.verify(secret).map(({ type }) => type);
  expect(types.toSorted()).toEqual(["order.paid", "order.placed", "order.split"]);
  expect(await textOf(toldOn(page).first())).toContain("Corner Bakery");
  expect(await triesOf(page, 0)).toMatch(/^1 try.+ UTC: 204, \d+ ms$/s);
  await picture(page, "callback");
  await leaving(page, () => toldOn(page).first().getByRole("link").click());
  expect(whereIs(page)).toBe(`${path}/orders/${order}`);
});

it("tests, replays, rotates the secret of, and removes a Marketplace's callback", async () => {
  const receiver = await aReceiver();
  const page = await signedIn(people.operator);
  const space = await makeSpace(page, "Zinc Coop");
  const marketplace = await makeMarketplace(page, "Corner Bakery");
  const path = `/spaces/${space}/rooms/store/marketplaces/${marketplace}`;
  await leaving(page, () => page.getByRole("link", { name: "set up a callback" }).click());
  expect(await headingOf(page)).toBe("Callback");
  await expectAccessible(page);
  await page.getByLabel("URL").fill("ftp://shop.example");
  await press(page, "Set up callback");
  await expectAccessible(page);
  await page.getByLabel("URL").fill(receiver.url);
  await press(page, "Set up callback");
  const first = await newSecretOn(page);
  await expectAccessible(page);

  receiver.answers = 500;
  await press(page, "Send a test");
  expect(await noticeOf(page)).toBe("A test is on its way. Look again in a moment.");
  await comesToSay(page, ["callback.test To be tried again"]);
  expect(await mainOf(page)).toContain("No call has succeeded since");
  expect(await triesOf(page, 0)).toMatch(/UTC: 500, \d+ ms$/);
  await expectAccessible(page);
  await page.goto(`${path}/edit`);
  expect(await textOf(page.getByRole("region", { name: "Callback" }))).toContain("Failing since");
  await expectAccessible(page);

  await leaving(page, () => page.getByRole("link", { name: new URL(receiver.url).host }).click());
  receiver.answers = 204;
  await press(page, "Replay callback.test");
  await comesToSay(page, ["callback.test Delivered", "callback.test Replayed"]);
  expect(await mainOf(page)).not.toContain("No call has succeeded");
  const ids = receiver.calls.map(({ headers }) => headers["webhook-id"]);
  expect([ids.length, new Set(ids).size]).toEqual([2, 1]);

  await press(page, "Add secret");
  const second = await newSecretOn(page);
  expect(await secretsOn(page).count()).toBe(2);
  expect(await page.getByRole("button", { name: "Add secret" }).count()).toBe(0);
  await expectAccessible(page);
  receiver.calls.length = 0;
  await press(page, "Send a test");
  await comesToSay(page, ["callback.test Delivered", "callback.test Delivered", "callback.test Replayed"]);
  // Its server may verify with either.
  expect([receiver.told(first), receiver.told(second)]).toEqual([["callback.test"], ["callback.test"]]);
  await pressAsked(page, `Retire whsec_…${first.slice(-4)}`);
  expect(await secretsOn(page).count()).toBe(1);
  receiver.calls.length = 0;
  await press(page, "Send a test");
  await expect.poll(() => receiver.calls.length).toBe(1);
  expect(receiver.told(second)).toEqual(["callback.test"]);
  expect(() => receiver.verify(first)).toThrow("No matching signature");

  receiver.answers = 410;
  await press(page, "Send a test");
  await expect.poll(async () => ((await page.reload()) ? await mainOf(page) : "")).toContain("Switched off");
  expect((await told(page))[0]).toBe("callback.test Given up");
  await expectAccessible(page);
  await press(page, "Save URL");
  expect(await mainOf(page)).not.toContain("Switched off");
  await pressAsked(page, "Remove callback");
  expect(await noticeOf(page)).toBe("The callback is removed.");
  expect(await page.getByRole("button", { name: "Set up callback" }).count()).toBe(1);
  // What it was told stays to be looked at.
  expect((await told(page))[0]).toBe("callback.test Given up");
  await expectAccessible(page);
});

it.each([
  ["on a desk", {}],
  ["on a phone", { viewport: PHONE }],
])("is set up, tested, replayed and rotated with the keyboard alone, %s", async (_where, options) => {
  const receiver = await aReceiver();
  const page = await signedIn(people.operator, "/", options);
  const space = await makeSpace(page, "Zinc Coop");
  const byKey = async (role: "button" | "link", name: string): Promise<void> => {
    await tabTo(page, page.getByRole(role, { name, exact: true }));
    await leaving(page, () => page.keyboard.press("Enter"));
  };
  await page.goto(`/spaces/${space}/edit`);
  await byKey("link", "set up a callback");
  await tabTo(page, page.getByLabel("URL"));
  await page.keyboard.type(receiver.url);
  await leaving(page, () => page.keyboard.press("Enter"));
  const first = await newSecretOn(page);
  await byKey("button", "Send a test");
  await comesToSay(page, ["callback.test Delivered"]);
  await tabTo(page, toldOn(page).first().locator("summary"));
  await page.keyboard.press("Enter");
  expect(await toldOn(page).first().getByText("204").isVisible()).toBe(true);
  await byKey("button", "Replay callback.test");
  await comesToSay(page, ["callback.test Delivered", "callback.test Delivered"]);
  await byKey("button", "Add secret");
  await tabTo(page, secretsOn(page).first().locator("summary"));
  await page.keyboard.press("Enter");
  await byKey("button", `Retire whsec_…${first.slice(-4)}`);
  expect(await secretsOn(page).count()).toBe(1);
  expect(await textOf(secretsOn(page))).not.toContain(first.slice(-4));
  await byKey("link", "Settings");
  expect(whereIs(page)).toBe(`/spaces/${space}/edit`);
});
