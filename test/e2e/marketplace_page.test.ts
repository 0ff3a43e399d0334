import { describe, expect, inject, it } from "vitest";
import { anEvent, sign } from "../support/events.ts";
import { picture } from "../support/picture.ts";
import { leaving, press, pressAsked } from "../support/sign_in.ts";
import {
  browsing,
  complaintAt,
  headingOf,
  mainOf,
  noticeOf,
  people,
  textOf,
  whereIs,
} from "../support/signed_in_page.ts";
import {
  aPlatformAccount,
  aWebhookSecret,
  makeMarketplace,
  makeSeller,
  makeSpace,
  makeUtility,
} from "../support/ui_steps.ts";

const { baseUrl } = inject("demo");
const { signedIn } = browsing();

/** A new Marketplace's page, and where its events go. */
async function aMarketplacePage() {
  const page = await signedIn(people.operator);
  const space = await makeSpace(page, "Zinc Coop");
  const marketplace = await makeMarketplace(page, "Corner Bakery");
  const path = `/spaces/${space}/rooms/store/marketplaces/${marketplace}`;
  const secretsShown = (): Promise<string[]> =>
    page
      .getByRole("region", { name: "For developers" })
      .getByRole("listitem")
      .locator("code")
      .allTextContents();
  const addSecret = async (secret: string): Promise<void> => {
    await page.getByLabel("Webhook signing secret").fill(secret);
    await press(page, "Add secret");
  };
  /** The status that an event signed with `secret` gets. */
  const deliver = async (secret: string): Promise<number> => {
    const metadata = { marketplace: path.split("/").at(-1) };
    const { body } = anEvent({ object: { id: "cus_1", object: "customer", metadata } });
    const headers = { "stripe-signature": sign(body, secret) };
    const response = await fetch(`${baseUrl}${path}/stripe_events`, { method: "POST", headers, body });
    return response.status;
  };
  return { page, path, secretsShown, addSecret, deliver };
}

describe("a Marketplace's page", () => {
  it("says that it is not connected, that nothing came, and where events go", async () => {
    const { page, path } = await aMarketplacePage();
    expect(whereIs(page)).toBe(`${path}/edit`);
    expect(await headingOf(page)).toBe("Settings");
    expect(await noticeOf(page)).toBe("The Marketplace Corner Bakery was created.");
    const stripe = await textOf(page.getByRole("region", { name: "Stripe" }));
    expect(stripe).toContain("Not connected");
    expect(stripe).toContain("none lately");
    const [forwardUrl, line] = await page.locator("pre").allTextContents();
    expect(forwardUrl).toBe(`${baseUrl}${path}/stripe_events`);
    expect(line).toContain(`--forward-to ${forwardUrl}`);
  });

  it("leads to where a key is saved while there is none, in the place of the button that could do nothing", async () => {
    const { page, path } = await aMarketplacePage();
    const first = page.getByRole("link", { name: "Save a Stripe key first" });
    const button = page.getByRole("button", { name: "Connect to Stripe" });
    expect(await button.count()).toBe(0);
    await leaving(page, () => first.click());
    await makeUtility(page);
    const utility = whereIs(page);
    await page.goto(`${path}/edit`);
    await leaving(page, () => first.click());
    expect(whereIs(page)).toBe(utility);
    const { testKey } = await aPlatformAccount("Zinc Coop");
    await page.getByLabel("Api token").fill(testKey);
    await press(page, "Save");
    await page.goto(`${path}/edit`);
    expect([await first.count(), await button.count()]).toEqual([0, 1]);
  });

  it("tells what the checks came to, and when, after the button is pressed", async () => {
    const { page, path } = await aMarketplacePage();
    const checks = () => textOf(page.getByRole("region", { name: "Checks" }));
    expect(await checks()).toContain("Nothing was checked since the last change");
    await press(page, "Check now");
    expect(whereIs(page)).toBe(`${path}/edit`);
    expect(await noticeOf(page)).toBe("Checked.");
    expect(await checks()).toMatch(/Checked .* UTC.*Stripe key.*There is none/s);
  });

  it("says which event came last", async () => {
    const { page, addSecret, deliver } = await aMarketplacePage();
    const { secret } = aWebhookSecret();
    await addSecret(secret);
    expect(await deliver(secret)).toBe(200);
    const last = async () => {
      await page.reload();
      return await textOf(page.getByRole("region", { name: "Stripe" }));
    };
    await expect.poll(last, { interval: 500 }).toContain("customer.created");
  });
});

it("places a test Order by one button, which leads through Stripe's checkout to the Order, paid", async () => {
  const page = await signedIn(people.operator);
  const { path } = await makeSeller(page, "Corner Bakery");
  await page.goto(path);
  await press(page, "Place a test Order");
  expect(await mainOf(page)).toContain("Sourdough bread");
  await picture(page, "checkout");
  await press(page, "Pay");
  expect(whereIs(page)).toMatch(new RegExp(`^${path}/orders/\\w{26}$`));
  await page.locator("[aria-live=polite]").getByText("Done").waitFor();
  await page.goto(path);
  expect(await textOf(page.getByRole("region", { name: "Latest Orders" }))).toContain("$18.90");
});

describe("webhook secrets", () => {
  it("are added and retired, verify events meanwhile, and are shown masked only", async () => {
    const { page, secretsShown, addSecret, deliver } = await aMarketplacePage();
    const [old, fresh] = [aWebhookSecret(), aWebhookSecret()];
    expect(await secretsShown()).toEqual([]);
    await addSecret(old.secret);
    expect(await noticeOf(page)).toContain("Saved");
    await addSecret(`  ${fresh.secret} `);
    expect(await secretsShown()).toEqual([old.masked, fresh.masked]);
    for (const { secret } of [old, fresh]) {
      expect(await page.content()).not.toContain(secret);
      await expect.poll(() => deliver(secret), { interval: 500 }).toBe(200);
    }
    await pressAsked(page, `Retire ${old.masked}`);
    expect(await secretsShown()).toEqual([fresh.masked]);
    expect(await deliver(fresh.secret)).toBe(200);
  });

  it.each([
    ["a secret key", "sk_test_0123456789abcdef0123", "This is a secret key of Stripe's."],
    ["a masked secret", "whsec_…4242", "with its middle left out"],
    ["half of one", "whsec_0123", "must be a webhook signing secret"],
    ["nothing", "", "A webhook signing secret begins with whsec_."],
  ])("are not %s, which is said at the field and not shown again", async (_what, typed, said) => {
    const { page, secretsShown, addSecret } = await aMarketplacePage();
    await addSecret(typed);
    expect(await complaintAt(page, "Webhook signing secret")).toContain(said);
    expect(await page.getByLabel("Webhook signing secret").inputValue()).toBe("");
    if (typed.startsWith("sk_")) expect(await page.content()).not.toContain(typed);
    expect(await secretsShown()).toEqual([]);
  });

  it("are five at most", async () => {
    const { page, secretsShown, addSecret } = await aMarketplacePage();
    for (let count = 0; count < 5; count++) await addSecret(aWebhookSecret().secret);
    await addSecret(aWebhookSecret().secret);
    expect(await complaintAt(page, "Webhook signing secret")).toContain("retire one first");
    expect(await secretsShown()).toHaveLength(5);
  });

  it("that two people add at once are both there", async () => {
    const { page, path, secretsShown, addSecret } = await aMarketplacePage();
    const [first, second] = [aWebhookSecret(), aWebhookSecret()];
    const other = await page.context().newPage();
    await other.goto(`${path}/edit`);
    await addSecret(first.secret);
    await other.getByLabel("Webhook signing secret").fill(second.secret);
    await press(other, "Add secret");
    await page.reload();
    expect(await secretsShown()).toEqual([first.masked, second.masked]);
  });
});

describe("representatives", () => {
  it("are let in, see this Marketplace only, and are out again", async () => {
    const { page, path } = await aMarketplacePage();
    const { email } = people.representative;
    await page.getByLabel("Email address", { exact: true }).fill(` ${email.toUpperCase()} `);
    await press(page, "Invite");
    const region = page.getByRole("region", { name: "representatives" });
    expect(await region.getByRole("listitem").locator("> span").allTextContents()).toEqual([email]);

    const theirs = await signedIn(people.representative);
    await theirs.locator(`a[href="${path}"]`).click();
    await theirs.waitForURL(`**${path}`);
    // The Space has no key yet.
    expect(await theirs.getByRole("button").allTextContents()).toEqual(["Sign out"]);
    expect(await mainOf(theirs)).toContain("a member of the Space has to save its Stripe key first");

    await pressAsked(page, `Remove ${email}`);
    expect(await region.getByRole("listitem").count()).toBe(0);
    await theirs.reload();
    expect(await headingOf(theirs)).toBe("Nothing here");
  });

  it("have an email address, else it is said at the field, with what was typed", async () => {
    const { page } = await aMarketplacePage();
    await page.getByLabel("Email address", { exact: true }).fill("vera at convene");
    await press(page, "Invite");
    expect(await complaintAt(page, "Email address")).toContain("must be an email address");
    expect(await page.getByLabel("Email address", { exact: true }).inputValue()).toBe("vera at convene");
  });
});
