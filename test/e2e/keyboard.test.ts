import type { Page } from "playwright-core";
import { expect, inject, it } from "vitest";
import { tabTo } from "../support/accessible.ts";
import { aShop } from "../support/shop.ts";
import { leaving } from "../support/sign_in.ts";
import { alertOf, browsing, leaver, noticeOf, PHONE, people, whereIs } from "../support/signed_in_page.ts";
import {
  aPlatformAccount,
  aWebhookSecret,
  makeMarketplace,
  makeSpace,
  makeUtility,
} from "../support/ui_steps.ts";

const { open, signedIn } = browsing();
const operator = leaver("keyboard");

/** Types into the field of that label, and sends the form with Enter, without a pointer. */
async function typeAndEnter(page: Page, label: string, text: string): Promise<void> {
  await tabTo(page, page.getByLabel(label, { exact: true }));
  await page.keyboard.type(text);
  await leaving(page, () => page.keyboard.press("Enter"));
}

async function pressByKeyboard(page: Page, button: string): Promise<void> {
  await tabTo(page, page.getByRole("button", { name: button, exact: true }));
  await leaving(page, () => page.keyboard.press("Enter"));
}

it.each([
  ["on a desk", {}],
  ["on a phone", { viewport: PHONE }],
])(
  "signs in, saves a key, adds and retires a secret and signs out with the keyboard alone, %s",
  async (_where, options) => {
    const byPointer = await signedIn(operator);
    // First by its name: the list has the Spaces of other tests, too, and the keyboard passes all that come before.
    const space = await makeSpace(byPointer, "A Coop");
    await makeUtility(byPointer);
    await byPointer.goto(`/spaces/${space}`);
    await makeMarketplace(byPointer, "Corner Bakery");
    const { testKey } = await aPlatformAccount("A Coop");

    const page = await open("/", options);
    await tabTo(page, page.getByLabel("Email", { exact: true }));
    await page.keyboard.type(operator.email);
    await typeAndEnter(page, "Password", operator.password);
    expect(whereIs(page)).toBe("/");

    await tabTo(page, page.getByRole("main").locator(`a[href="/spaces/${space}"]`));
    await leaving(page, () => page.keyboard.press("Enter"));
    await tabTo(page, page.getByRole("link", { name: "Settings" }));
    await leaving(page, () => page.keyboard.press("Enter"));
    await tabTo(page, page.getByRole("link", { name: "Stripe" }));
    await leaving(page, () => page.keyboard.press("Enter"));
    await typeAndEnter(page, "Api token", testKey);
    expect(await noticeOf(page)).toContain("The key works");

    await tabTo(page, page.getByRole("link", { name: "Overview" }));
    await leaving(page, () => page.keyboard.press("Enter"));
    await tabTo(page, page.getByRole("link", { name: "Corner Bakery" }));
    await leaving(page, () => page.keyboard.press("Enter"));
    await tabTo(page, page.getByRole("link", { name: "Settings" }));
    await leaving(page, () => page.keyboard.press("Enter"));
    const { secret, masked } = aWebhookSecret();
    await typeAndEnter(page, "Webhook signing secret", secret);
    expect(await page.locator("code", { hasText: masked }).count()).toBe(1);
    await tabTo(page, page.locator("summary", { hasText: masked }));
    await page.keyboard.press("Enter");
    await pressByKeyboard(page, `Retire ${masked}`);
    expect(await page.locator("code", { hasText: masked }).count()).toBe(0);

    await pressByKeyboard(page, "Sign out");
    await page.getByText("You are signed in as").waitFor(); // the issuer asks whether to
    await page.locator("button:focus").waitFor();
    await leaving(page, () => page.keyboard.press("Enter"));
    expect(await page.getByLabel("Password").count()).toBe(1);
  },
);

it("pays at the simulator's checkout, after a card that is declined, with the keyboard alone", async () => {
  const demo = inject("demo");
  const [space] = demo.spaces;
  const [seller] = space?.marketplaces ?? [];
  if (!space || !seller) throw new Error("the demo is not what it should be");
  const { session, url } = await aShop(demo, space).checkout(seller);
  const page = await open(url, { viewport: PHONE });
  await pressByKeyboard(page, "Try a card that is declined");
  expect(await alertOf(page)).toContain("Your card was declined.");
  await pressByKeyboard(page, "Pay");
  expect(page.url()).toBe(`${demo.baseUrl}/health#session=${session}`);
});

it("skips what is on every page with the first Tab", async () => {
  const page = await signedIn(people.member, "/spaces/demo/edit");
  await tabTo(page, page.getByRole("link", { name: "Skip to the page" }));
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("main").getByRole("link").first());
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Stripe");
});
