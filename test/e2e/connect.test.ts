import type { Page } from "playwright-core";
import { describe, expect, inject, it } from "vitest";
import { picture } from "../support/picture.ts";
import { aShop } from "../support/shop.ts";
import { leaving, press } from "../support/sign_in.ts";
import { alertOf, browsing, noticeOf, people, textOf, whereIs } from "../support/signed_in_page.ts";
import {
  aPlatformAccount,
  makeApiKey,
  makeMarketplace,
  makeSpace,
  makeUtility,
} from "../support/ui_steps.ts";

const demo = inject("demo");
const { signedIn } = browsing();

/** What the page says of the connection. */
const connectionOn = (page: Page): Promise<string> =>
  textOf(page.getByRole("region", { name: "Stripe", exact: true }));

/** The simulator's own page, where a Distributor and a Vendor do what they would do in Stripe's dashboard. */
async function dashboard(page: Page): Promise<Page> {
  const other = await page.context().newPage();
  await other.goto(demo.simulatorUrl ?? "");
  return other;
}

/** A Space with a key, a Marketplace that is not connected, and its page; by OAuth where there is to be a client id. */
async function aSpaceByHand({ oauth }: { oauth: boolean }) {
  const name = "Zinc Coop";
  const page = await signedIn(people.operator);
  const space = await makeSpace(page, name);
  const { id, testKey } = await aPlatformAccount(name);
  await makeUtility(page);
  await page.getByLabel("Api token").fill(testKey);
  await press(page, "Save");
  const card = (of: Page) => of.locator("section", { hasText: id }).last();
  if (oauth) {
    const redirectUri = `${demo.baseUrl}/stripe_account/callback`;
    expect(await page.content()).toContain(redirectUri);
    const atStripe = await dashboard(page);
    await card(atStripe).getByLabel("Redirect URI for test mode").fill(redirectUri);
    await leaving(atStripe, () =>
      card(atStripe).locator("form", { hasText: "Redirect URI for test mode" }).getByRole("button").click(),
    );
    const [, clientId = ""] = /OAuth, test mode: (ca_\w+)/.exec(await textOf(card(atStripe))) ?? [];
    await atStripe.close();
    await page.getByLabel("Connect client id").fill(clientId);
    await press(page, "Save");
    expect(await noticeOf(page)).toBe("Saved.");
  }
  await page.goto(`/spaces/${space}`);
  const apiKey = await makeApiKey(page, "shop");
  await page.goto(`/spaces/${space}`);
  const marketplace = await makeMarketplace(page, "Corner Bakery");
  const place = {
    room: "store",
    marketplace,
    name: "Vendor",
    connected: false,
    forwardUrl: "",
    webhookSecret: "",
  };
  const shop = aShop(demo, { space, apiKey, stripeSecretKey: testKey });
  /** A button on the simulator's dashboard that concerns the connected account. */
  const atStripe = async (button: RegExp): Promise<void> => {
    const other = await dashboard(page);
    await leaving(other, () => card(other).getByRole("button", { name: button }).click());
    await other.close();
  };
  return { page, place, shop, path: whereIs(page), atStripe };
}

const checkOut = async ({ shop, place }: Awaited<ReturnType<typeof aSpaceByHand>>) =>
  await shop.call(`${shop.pathOf(place)}/checkouts`, {
    line_items: [{ name: "Bread", unit_amount: 650, quantity: 2 }],
    currency: "usd",
    success_url: "https://shop.example/thanks",
    cancel_url: "https://shop.example/cart",
  });

describe("by OAuth, in a browser", () => {
  it("connects, sells, is disconnected at Stripe, says so and sells nothing, and connects again", async () => {
    const made = await aSpaceByHand({ oauth: true });
    const { page, path, place, shop } = made;
    expect((await checkOut(made)).body).toMatchObject({ error: { code: "not_connected" } });
    await picture(page, "status_not_connected");

    await press(page, "Connect to Stripe");
    await picture(page, "authorize");
    await press(page, "Deny");
    expect(whereIs(page)).toBe(path);
    expect(await alertOf(page)).toContain("access was denied at Stripe");

    await press(page, "Connect to Stripe");
    await page.getByLabel("A new account").check();
    await page.getByLabel("Name of the new account").fill("Bakery Dev");
    await press(page, "Connect");
    expect(whereIs(page)).toBe(path);
    expect(await noticeOf(page)).toBe("Stripe Connected!");
    expect(await connectionOn(page)).toContain("Connected, can be paid");

    const { order, url } = await shop.checkout(place);
    await shop.press(url, "pay");
    await shop.expectOrder(place, order, "paid", { entries: ["placed", "paid"] });

    await made.atStripe(/^Remove platform/);
    const now = async () => {
      await page.reload();
      return await connectionOn(page);
    };
    await expect.poll(now, { interval: 300 }).toContain("Disconnected at Stripe");
    await picture(page, "status_disconnected_at_stripe");
    const refused = await checkOut(made);
    expect([refused.status, refused.body]).toMatchObject([409, { error: { code: "not_connected" } }]);

    await press(page, "Connect to Stripe");
    await page.getByLabel("Bakery Dev").last().check();
    await press(page, "Connect");
    expect(await noticeOf(page)).toBe("Stripe Connected!");
    expect((await checkOut(made)).status).toBe(201);
  });

  it("disconnects, after saying what that does", async () => {
    const made = await aSpaceByHand({ oauth: true });
    const { page } = made;
    await press(page, "Connect to Stripe");
    await page.getByLabel("A new account").check();
    await page.getByLabel("Name of the new account").fill("Bakery Dev");
    await press(page, "Connect");
    await checkOut(made);
    await page.reload();
    await page.getByText("Disconnect…").click();
    const told = await connectionOn(page);
    expect(told).toContain("1 Order is not settled with the Vendor yet");
    expect(told).toContain("ends the access that the Vendor gave");
    await picture(page, "disconnect");
    await press(page, "Disconnect from Stripe");
    expect(await noticeOf(page)).toBe("Disconnected from Stripe.");
    expect(await connectionOn(page)).toContain("Not connected");
    expect((await checkOut(made)).status).toBe(409);
  });
});

describe("by Stripe's onboarding, in a browser", () => {
  it("goes on where the Vendor left off, and shows what Stripe makes of the account", async () => {
    const { page, path, atStripe } = await aSpaceByHand({ oauth: false });
    await press(page, "Connect to Stripe");
    await press(page, "Save for later");
    expect(whereIs(page)).toBe(path);
    expect(await alertOf(page)).toContain("Stripe still wants details");
    expect(await connectionOn(page)).toContain("Not connected yet");
    expect(await connectionOn(page)).not.toContain("overdue");
    await picture(page, "status_onboarding");

    await press(page, "Connect to Stripe");
    const used = page.url();
    await press(page, "Submit, but leave an identity document for later");
    expect(await noticeOf(page)).toMatch(/^Stripe Connected! What Stripe still wants/);
    expect(await connectionOn(page)).toContain("identity document");
    await picture(page, "status_wants_more");

    // The browser's back button leads to a link that was used, and that to another.
    await page.goto(used);
    await page.waitForURL(/\/setup\//);
    expect(page.url()).not.toBe(used);
    await page.goto(path);
    await press(page, "Go on at Stripe");
    await press(page, "Submit, but leave an identity document for later");
    expect(whereIs(page)).toBe(path);

    const statuses: [button: RegExp, says: string, name: string][] = [
      [/^Restrict/, "Connected, restricted", "status_restricted"],
      [/^Hold for review/, "Stripe has yet to say", "status_connected"],
      [/^Complete/, "Connected, can be paid", "status_can_be_paid"],
      [/^Reject/, "Connected, rejected", "status_rejected"],
    ];
    for (const [button, says, name] of statuses) {
      await atStripe(button);
      const now = async () => {
        await page.reload();
        return await connectionOn(page);
      };
      await expect.poll(now, { interval: 300 }).toContain(says);
      await picture(page, name);
    }
  });
});
