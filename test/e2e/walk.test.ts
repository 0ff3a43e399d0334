import { expect, inject, it, onTestFinished } from "vitest";
import { picture } from "../support/picture.ts";
import { aShop } from "../support/shop.ts";
import { press, signIn } from "../support/sign_in.ts";
import {
  browsing,
  headingOf,
  hideLeavers,
  noticeOf,
  people,
  textOf,
  whereIs,
} from "../support/signed_in_page.ts";
import { runLine } from "../support/stripe_listen.ts";
import {
  aPlatformAccount,
  makeApiKey,
  makeMarketplace,
  makeSpace,
  makeUtility,
} from "../support/ui_steps.ts";

const demo = inject("demo");
const { open, signedIn } = browsing();

it("goes from nothing to a paid Order in the browser, with the `stripe listen` line as it is copied", async () => {
  const start = await open("/");
  await hideLeavers(start);
  await picture(start, "sign_in");

  const operators = await signedIn(people.operator);
  const space = await makeSpace(operators, "Zinc Coop", "zinc-coop");
  await operators.goto(`/spaces/${space}/edit`);
  await operators.getByLabel("Email address").fill(people.member.email);
  await press(operators, "Invite");

  const page = await open(`/spaces/${space}/edit`);
  await signIn(page, people.member);
  await makeUtility(page);
  const { id, testKey } = await aPlatformAccount("Zinc Coop");
  await page.getByLabel("Api token").fill(testKey);
  await press(page, "Save");
  expect(await noticeOf(page)).toBe(`The key works: it is of Zinc Coop (${id}), in test mode.`);
  await picture(page, "utility");

  await page.goto(`/spaces/${space}`);
  const marketplace = await makeMarketplace(page, "Corner Bakery");
  expect(await headingOf(page)).toBe("Settings");
  const path = whereIs(page);

  const [forwardUrl = "", line = ""] = await page.locator("pre").allTextContents();
  expect(line).toContain(` stripe listen --forward-to ${forwardUrl} `);
  expect(await page.content()).not.toContain(testKey);
  const cli = await runLine(line);
  onTestFinished(cli.stop);
  const [secret = ""] = /whsec_\w+/.exec(cli.output()) ?? [];
  await page.getByLabel("Webhook signing secret").fill(secret);
  await press(page, "Add secret");

  await press(page, "Connect to Stripe");
  await picture(page, "onboarding");
  await press(page, "Fill in everything and submit");
  expect(whereIs(page)).toBe(path);
  expect(await noticeOf(page)).toBe("Stripe Connected!");
  await picture(page, "connected");

  await page.goto(`/spaces/${space}`);
  const apiKey = await makeApiKey(page, "The bakery's shop", "Sell");

  const place = {
    name: "Corner Bakery",
    room: "store",
    marketplace,
    connected: true,
    forwardUrl,
    webhookSecret: secret,
  };
  const shop = aShop(demo, { space, apiKey, stripeSecretKey: testKey });
  const { order, url } = await shop.checkout(place);
  await shop.press(url, "pay");
  await shop.expectOrder(place, order, "paid", { entries: ["placed", "paid"] });

  await page.goto(path);
  const secrets = await textOf(page.getByRole("region", { name: "For developers" }));
  expect(secrets).toContain(`whsec_…${secret.slice(-4)} last verified an event`);
  expect(await textOf(page.getByRole("region", { name: "Stripe" }))).not.toContain("none lately");
  await picture(page, "marketplace");
});
