import type { Page } from "playwright-core";
import PostalMime from "postal-mime";
import * as v from "valibot";
import { expect, inject, it } from "vitest";
import { expectAccessible, tabTo } from "../support/accessible.ts";
import { leaving, press } from "../support/sign_in.ts";
import {
  browsing,
  complaintAt,
  headingOf,
  mainOf,
  noticeOf,
  PHONE,
  people,
  textOf,
} from "../support/signed_in_page.ts";
import { aSlug, makeMarketplace, makeSeller } from "../support/ui_steps.ts";
import { waitUntil } from "../support/wait.ts";

const { mailboxUrl, spaces } = inject("demo");
const represented = spaces[0]?.marketplaces[0]?.marketplace;
const ofRepresented = `/spaces/demo/rooms/store/marketplaces/${represented}`;
const { open, signedIn } = browsing();

const Mails = v.array(v.object({ id: v.string(), to: v.array(v.object({ address: v.string() })) }));

/** Where the mail to somebody, once it has come, has such mails ended. */
async function unsubscribeLinkOf(address: string): Promise<string> {
  const { id } = await waitUntil(async () => {
    const mails = v.parse(Mails, await (await fetch(`${mailboxUrl}/api/email`)).json());
    return mails.find(({ to }) => to.some((each) => each.address === address));
  });
  const source = await (await fetch(`${mailboxUrl}/api/email/${id}/source`)).text();
  const { headers } = await PostalMime.parse(source);
  const header = (name: string) => headers.find(({ key }) => key === name)?.value;
  expect(header("list-unsubscribe-post")).toBe("List-Unsubscribe=One-Click");
  const [, link = ""] = /^<(.+)>$/.exec(header("list-unsubscribe") ?? "") ?? [];
  return link;
}

const notificationsOn = (page: Page) => page.getByRole("region", { name: "Order Notifications" });
const addressesOn = (page: Page) => notificationsOn(page).getByRole("listitem").locator("span");

it("mails who is set on a Marketplace's page, until they end it by their mail program's button, or by its link's page", async () => {
  const page = await signedIn(people.operator);
  const { path, place, shop } = await makeSeller(page, "Corner Bakery");
  const [byButton, byPage] = ["button", "page"].map((word) => `${aSlug(word)}@vendor.example`);
  if (!byButton || !byPage) throw new Error("there are two");
  await page.goto(`${path}/edit`);
  expect(await textOf(notificationsOn(page))).toContain("None yet.");
  await add(page, "nobody");
  expect(await complaintAt(page, "Email Address")).toContain("must be an email address");
  await expectAccessible(page);
  for (const address of [byButton, byPage]) await add(page, address);
  expect(await addressesOn(page).allTextContents()).toEqual([byButton, byPage]);
  await expectAccessible(page);

  const { url } = await shop.checkout(place);
  await shop.press(url, "pay");
  // What a mail program posts (RFC 8058): from nowhere, without a session.
  const clicked = await fetch(await unsubscribeLinkOf(byButton), {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "List-Unsubscribe=One-Click",
  });
  expect([clicked.status, await clicked.json()]).toEqual([200, { subscribed: false }]);
  await page.reload();
  expect(await addressesOn(page).allTextContents()).toEqual([byPage]);

  const link = await unsubscribeLinkOf(byPage);
  const theirs = await open(link);
  expect(await headingOf(theirs)).toBe("Order Notifications");
  expect(await mainOf(theirs)).toContain(`${byPage} gets a mail when an Order of Corner Bakery is paid`);
  await expectAccessible(theirs);
  await page.reload();
  expect(await addressesOn(page).allTextContents()).toEqual([byPage]); // whoever opens it ends nothing
  await tabTo(theirs, theirs.getByRole("button"));
  await leaving(theirs, () => theirs.keyboard.press("Enter"));
  expect(await noticeOf(theirs)).toBe("You get no more mails about Orders of Corner Bakery.");
  await expectAccessible(theirs);
  await page.reload();
  expect(await addressesOn(page).count()).toBe(0);
  const again = await open(link, { javaScriptEnabled: false, viewport: PHONE });
  expect(await mainOf(again)).toContain(`${byPage} gets no mails about Orders of Corner Bakery.`);
  expect(await again.getByRole("button").count()).toBe(0);
  await expectAccessible(await open(`${link}x`));
});

it("lets a member take an address back, and a representative look, by the keyboard and without JavaScript", async () => {
  const page = await signedIn(people.member, "/spaces/demo", { javaScriptEnabled: false });
  await makeMarketplace(page, "Corner Bakery");
  await tabTo(page, page.getByLabel("Email Address", { exact: true }));
  await page.keyboard.type("orders@vendor.example");
  await leaving(page, () => page.keyboard.press("Enter"));
  expect(await addressesOn(page).allTextContents()).toEqual(["orders@vendor.example"]);
  await tabTo(
    page,
    page.getByRole("button", { name: "Remove orders@vendor.example from the Order Notifications" }),
  );
  await leaving(page, () => page.keyboard.press("Enter"));
  expect(await addressesOn(page).count()).toBe(0);
  const theirs = await signedIn(people.representative);
  await theirs.goto(`${ofRepresented}/edit`);
  expect(await notificationsOn(theirs).getByRole("button").count()).toBe(0);
});

async function add(page: Page, address: string): Promise<void> {
  await page.getByLabel("Email Address", { exact: true }).fill(address);
  await press(page, "Add Order Notification");
}
