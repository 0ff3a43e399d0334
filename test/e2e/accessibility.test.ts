import { beforeAll, describe, expect, inject, it } from "vitest";
import { expectAccessible, faultsIn } from "../support/accessible.ts";
import { anEvent, sign } from "../support/events.ts";
import { aShop } from "../support/shop.ts";
import { leaving, press, signIn } from "../support/sign_in.ts";
import {
  browsing,
  headingOf,
  leaver,
  people,
  signOut,
  signOutHere,
  textOf,
} from "../support/signed_in_page.ts";
import {
  aPlatformAccount,
  aWebhookSecret,
  makeApiKey,
  makeMarketplace,
  makeSeller,
  makeSpace,
  makeUtility,
} from "../support/ui_steps.ts";

const demo = inject("demo");
const { open, signedIn, takeViolations } = browsing();
const [space] = demo.spaces;
const [first] = space?.marketplaces ?? [];
if (!space || !first) throw new Error("the demo is not what it should be");
const represented = first;
const shop = aShop(demo, space);
const ofRepresented = `/spaces/demo/rooms/store/marketplaces/${represented.marketplace}`;

/** Posts an event as Stripe does, with the Marketplace's secret. @returns its page. */
async function receive({ id, body }: { id: string; body: string }): Promise<string> {
  const headers = { "stripe-signature": sign(body, represented.webhookSecret) };
  expect((await fetch(represented.forwardUrl, { method: "POST", headers, body })).status).toBe(200);
  return `/spaces/demo/stripe_events/${id}`;
}

describe("axe finds nothing moderate or worse, in light and dark, and phones need not scroll sideways", () => {
  it("on the issuer's pages", async () => {
    const page = await open("/");
    await expectAccessible(page);
    await signIn(page, { email: "a-rather-long-address-of-somebody@convene.example", password: "guessed" });
    await expectAccessible(page);
    await signIn(page, leaver("accessibility"));
    const signedInAs = page.url();
    await signOut(page);
    await expectAccessible(page);
    const issuer = new URL(page.url()).origin;
    expect(issuer).not.toBe(new URL(signedInAs).origin);
    for (const path of ["/nowhere", "/sign-in/over", "/auth?client_id=nobody"]) {
      await page.goto(`${issuer}${path}`);
      await expectAccessible(page);
    }
  });

  it("on the simulator's pages, which say once that nothing is real", async () => {
    const page = await signedIn(people.operator);
    const seller = await makeSeller(page, "Corner Bakery");
    const expectSimulated = async (heading: string): Promise<void> => {
      expect(await headingOf(page)).toBe(heading);
      expect(await page.getByText("Nothing here is real").count()).toBe(1);
      await expectAccessible(page);
    };
    const buy = async (): Promise<void> => {
      const { url } = await seller.shop.checkout(seller.place);
      await page.goto(url);
    };
    await buy();
    await press(page, "Try a card that is declined");
    expect(await page.getByRole("alert").count()).toBe(1);
    await expectSimulated("Pay Corner Bakery Coop");
    const declined = page.url();
    await press(page, "Pay");
    await page.goto(declined);
    await expectSimulated("Payment to Corner Bakery Coop");
    await buy();
    const debited = page.url();
    await press(page, "Pay by bank debit (settles later)");
    await page.goto(debited);
    await expectSimulated("Payment to Corner Bakery Coop");
    await page.goto(`${demo.simulatorUrl}/c/pay/nowhere`);
    await expectSimulated("Not found");
    await page.goto(`${demo.simulatorUrl}/oauth/authorize`);
    await expectSimulated("Invalid request");

    await page.goto(demo.simulatorUrl ?? "");
    const account = page.locator("section", { hasText: seller.platform }).first();
    await account.getByLabel("Redirect URI for test mode").fill(`${demo.baseUrl}/health`);
    await leaving(page, () => account.getByRole("button", { name: "Add redirect URI" }).first().click());
    await page.getByText("Faults", { exact: true }).first().click();
    await expectSimulated("Dashboard");
    const [, clientId = ""] = /OAuth, test mode: (ca_\w+)/.exec(await textOf(account)) ?? [];
    await page.goto(`${demo.simulatorUrl}/oauth/authorize?client_id=${clientId}&response_type=code`);
    await press(page, "Connect");
    expect(await page.getByRole("alert").count()).toBe(1);
    await expectSimulated("Connect with Corner Bakery Coop");

    await makeSpace(page, "Zinc Coop");
    await makeUtility(page);
    await page.getByLabel("Api token").fill((await aPlatformAccount("Zinc Coop")).testKey);
    await press(page, "Save");
    await makeMarketplace(page, "Corner Bakery");
    await press(page, "Connect to Stripe");
    expect(await page.getByRole("listitem").first().textContent()).toBe("what the business sells");
    await expectSimulated("Set up your account");
  });

  it("on my Spaces, with and without any, and with a form that is wrong", async () => {
    const nobody = await signedIn(people.nobody);
    await expectAccessible(nobody);
    const page = await signedIn(people.operator);
    await expectAccessible(page);
    await makeSpace(page, "", "Not A Slug");
    expect(await page.getByRole("alert").count()).toBe(2);
    await expectAccessible(page);
  });

  it("on a Space's page, with its new API key, with long names, and with a form that is wrong", async () => {
    const page = await signedIn(people.operator);
    const made = await makeSpace(page, "Long".repeat(20));
    await expectAccessible(page);
    await makeUtility(page, "Utility".repeat(11));
    await page.goto(`/spaces/${made}`);
    await makeMarketplace(page, "Marketplace".repeat(7));
    await page.goto(`/spaces/${made}/edit`);
    await page.getByLabel("Email address").fill(`${"long".repeat(15)}@${"convene.".repeat(10)}example`);
    await press(page, "Invite");
    await makeApiKey(page, "Key".repeat(26));
    await expectAccessible(page);
    await page.getByLabel("Host", { exact: true }).fill("not a host");
    await press(page, "Save domain");
    expect(await page.getByRole("alert").count()).toBe(1);
    await expectAccessible(page);
  });

  it("on a Utility's page, without a key, with one, and with a wrong one", async () => {
    const { testKey } = await aPlatformAccount("Zinc Coop");
    const page = await signedIn(people.operator);
    await makeSpace(page, "Zinc Coop");
    await makeUtility(page);
    await expectAccessible(page);
    for (const key of [testKey, "sk_test_unknown_to_stripe"]) {
      await page.getByLabel("Api token").fill(key);
      await press(page, "Save");
      await expectAccessible(page);
    }
    expect(await page.getByRole("alert").count()).toBe(1);
  });

  it("on a Marketplace's page, a member's and a representative's, and with a wrong secret", async () => {
    const page = await signedIn(people.operator);
    await makeSpace(page, "Zinc Coop");
    await makeMarketplace(page, "Corner Bakery");
    for (const secret of [aWebhookSecret().secret, "whsec_short"]) {
      await page.getByLabel("Webhook signing secret").fill(secret);
      await press(page, "Add secret");
      await expectAccessible(page);
    }
    expect(await page.getByRole("alert").count()).toBe(1);
    const theirs = await signedIn(people.representative, `${ofRepresented}/edit`);
    await theirs.getByText("Disconnect…").click();
    await expectAccessible(theirs);
    for (const who of [people.member, people.representative])
      await expectAccessible(await signedIn(who, ofRepresented));
  });

  it("on the event logs, full, empty and in pages, and on events with all kinds of ends", async () => {
    const { order, url } = await shop.checkout(represented);
    await shop.press(url, "pay");
    await shop.expectOrder(represented, order, "paid", { entries: ["placed", "paid"] });
    const type = "checkout.session.completed";
    const ignored = await receive(anEvent({ type: `customer.${"subscription.".repeat(6)}created` }));
    const dead = await receive(anEvent({ type, object: { object: "checkout.session" } }));
    await expect
      .poll(async () => JSON.stringify((await shop.call("/stripe_events")).body))
      .toMatch(/"succeeded".*"dead"|"dead".*"succeeded"/);
    const page = await signedIn(people.member, "/spaces/demo/stripe_events");
    await expectAccessible(page);
    const [succeeded = ""] = await page
      .getByRole("row")
      .filter({ hasText: "Succeeded" })
      .getByRole("rowheader")
      .getByRole("link")
      .evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
    await page.goto("/spaces/demo/stripe_events?limit=1");
    await leaving(page, () => page.getByRole("link", { name: "Older" }).click());
    await expectAccessible(page);
    await page.goto(`${ofRepresented}/stripe_events`);
    await expectAccessible(page);
    for (const event of [ignored, dead, succeeded]) {
      await page.goto(event);
      await page.getByText("Payload", { exact: true }).click();
      await expectAccessible(page);
    }
    await press(page, "Replay");
    expect(await page.getByRole("status").count()).toBe(1);
    await expectAccessible(page);
    const operators = await signedIn(people.operator);
    const made = await makeSpace(operators, "Zinc Coop");
    await operators.goto(`/spaces/${made}/stripe_events`);
    await expectAccessible(operators);
  });

  it("on a Marketplace's Orders, some and none, and on an Order", async () => {
    await shop.checkout(represented);
    const theirs = await signedIn(people.representative, `${ofRepresented}/orders`);
    await expectAccessible(theirs);
    await leaving(theirs, () => theirs.getByRole("rowheader").getByRole("link").first().click());
    expect(await headingOf(theirs)).toMatch(/^Order /);
    await expectAccessible(theirs);
    const page = await signedIn(people.operator);
    const made = await makeSpace(page, "Zinc Coop");
    const id = await makeMarketplace(page, "Corner Bakery");
    for (const list of ["orders", "stripe_events"]) {
      await page.goto(`/spaces/${made}/rooms/store/marketplaces/${id}/${list}`);
      await expectAccessible(page);
    }
  });

  it("on the page that says one is signed out", async () => {
    const page = await signedIn(leaver("accessibility"));
    await signOutHere(page);
    expect(await headingOf(page)).toBe("You are signed out");
    await expectAccessible(page);
  });

  it("on the pages of errors", async () => {
    const page = await signedIn(people.operator, "/spaces/demo/edit");
    const host = page.getByLabel("Host", { exact: true });
    await page
      .locator("form", { has: host })
      .locator('input[name="csrf"]')
      .evaluate((token) => token.setAttribute("value", "forged"));
    await host.press("Enter");
    await page.waitForFunction(() => document.querySelector("h1")?.textContent === "Not this way");
    await expectAccessible(page);
    await page.goto("/spaces/nowhere");
    expect(await headingOf(page)).toBe("Nothing here");
    await expectAccessible(page);
    await page.goto("/session/callback?error=access_denied");
    expect(await headingOf(page)).toBe("That did not work");
    await expectAccessible(page);
    await page.goto("/spaces/demo/edit");
    await page.context().clearCookies({ name: "session" });
    await press(page, "Save domain");
    expect(await headingOf(page)).toBe("You were signed out");
    await expectAccessible(page);
  });

  it("and would find it", async () => {
    const page = await open("/");
    await page.evaluate(() => document.querySelector("label")?.remove());
    expect(await faultsIn(page)).toEqual([expect.stringContaining("label: <input")]);
  });
});

describe("the Content-Security-Policy", () => {
  const PAGES: [string, string][] = [];
  beforeAll(() => {
    PAGES.push(
      ["my Spaces", "/"],
      ["a Space", "/spaces/demo"],
      ["a Utility", `/spaces/demo/utilities/${space.utility}/edit`],
      ["a Marketplace", `${ofRepresented}/edit`],
      ["an event log", "/spaces/demo/stripe_events"],
      ["problems", "/spaces/demo/failures"],
      ["replays", "/spaces/demo/replays?status=dead"],
      ["Orders", `${ofRepresented}/orders`],
      ["an error", "/spaces/nowhere"],
      ["a refused sign-in", "/session/callback"],
    );
  });

  it("of every page has nothing `unsafe-`, and starts from nothing at all", async () => {
    const page = await open("/");
    const issuers = (await page.reload())?.headers()["content-security-policy"];
    await signIn(page, people.operator);
    const policies = [["the issuer", issuers]];
    for (const [name, path] of PAGES)
      policies.push([name, (await page.goto(path))?.headers()["content-security-policy"]]);
    expect(policies).toHaveLength(PAGES.length + 1);
    for (const [name, policy] of policies) {
      expect([name, policy]).toEqual([name, expect.stringContaining("default-src 'none'")]);
      expect([name, policy]).toEqual([name, expect.not.stringContaining("unsafe-")]);
    }
  });

  it("forbids a script and a style that are not ours, and the tests hear of it", async () => {
    const page = await signedIn(people.operator);
    const ran = await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'broken into'";
      document.head.append(script);
      const style = document.createElement("style");
      style.textContent = "body { display: none }";
      document.head.append(style);
      return [document.title, getComputedStyle(document.body).display];
    });
    expect(ran).toEqual(["My Spaces · Convene", "block"]);
    const heard: string[] = [];
    await expect.poll(() => heard.push(...takeViolations())).toBe(2);
  });
});
