import { expect, it } from "vitest";
import { orderNumber } from "../../lib/orders/order_number.ts";
import { expectAccessible } from "../support/accessible.ts";
import { picture } from "../support/picture.ts";
import { leaving, press, pressAsked } from "../support/sign_in.ts";
import { browsing, headingOf, noticeOf, people, textOf } from "../support/signed_in_page.ts";
import { makeSeller } from "../support/ui_steps.ts";

const { open, signedIn } = browsing();

it("pays the Vendor, takes back their part of a refund and a dispute, and lets a member write off what they cannot give", async () => {
  const page = await signedIn(people.operator);
  const { space, platform, path, place, shop } = await makeSeller(page, "Corner Bakery");
  const [{ order: id, url }, another] = [await shop.checkout(place), await shop.checkout(place)];
  const money = page.getByRole("region", { name: "Payment split" });
  /** Waits until the Order's page, loaded anew, says so. */
  const comesToSay = async (words: string, order = id) => {
    const now = async () => {
      await page.goto(`${path}/orders/${order}`);
      return (await money.allTextContents()).join();
    };
    await expect.poll(now, { interval: 300 }).toContain(words);
  };
  const control = (at: string, body: object) => shop.stripe("POST", `/simulator/${at}`, JSON.stringify(body));
  const has = (account: string, available: number) =>
    control(`accounts/${account}/balance`, { available, currency: "usd" });

  await shop.press(another.url, "pay");
  await comesToSay("Done", another.order);
  await shop.press(url, "pay");
  await comesToSay("Done");
  expect(await textOf(money)).toMatch(/Due to the Vendor\s*\$12\.15\s*Sent\s*−\$12\.15/);
  expect(await textOf(page.getByRole("region", { name: "The Distributor's part" }))).toMatch(
    /The Distributor keeps\s*\$5\.90/, // delivery and taxes
  );
  await page.goto(`${path}/orders`);
  expect(await textOf(page.getByRole("main"))).toMatch(/Paid\s*Done/);
  await expectAccessible(page);
  await page.goto(`${path}/orders/${id}`);
  await expectAccessible(page);

  // What was paid and sent is at hand, without the days that it takes: all of it stays in one month.
  const { charge, vendor_account } = await shop.order(place, id);
  for (const account of [platform, vendor_account]) await has(account, 10_000);
  await page.getByLabel("Amount").fill("6.50");
  await leaving(page, () => page.getByRole("button", { name: "See who pays" }).click());
  expect(await textOf(page.getByRole("region", { name: "Refund" }))).toMatch(
    /the Vendor gives\s+\$4\.17, and the Distributor \$2\.33/,
  );
  await expectAccessible(page);
  await picture(page, "refund");
  await press(page, "Refund $6.50");
  expect(await noticeOf(page)).toContain("$6.50");
  await comesToSay("Taken back");
  expect(await textOf(money)).toContain("Done");

  await has(vendor_account, 0);
  await control(`charges/${charge}/dispute`, { amount: 1_240 });
  await comesToSay("The Vendor owes $7.98 but has less than that at Stripe");
  expect(await textOf(money)).toContain("On hold");
  expect(await textOf(page.getByRole("main"))).toContain("The buyer's bank asks for $12.40 back");
  // What the bank has, nobody can refund.
  expect(await page.getByRole("region", { name: "Refund" }).count()).toBe(0);
  await expectAccessible(page);
  await picture(page, "on_hold");
  await leaving(page, () => page.getByRole("link", { name: "Preview" }).click());
  expect(await textOf(page.getByRole("main"))).toMatch(/No money would be moved\..*On hold.*owes \$7\.98/s);
  await expectAccessible(page);

  // Whoever has the charge's address at Stripe finds the Order.
  await page.goto(`/spaces/${space}/search`);
  const search = async (text: string) => {
    await page.getByLabel("Id or address").fill(text);
    await leaving(page, () => page.getByRole("button", { name: "Search" }).click());
    await expectAccessible(page);
  };
  await search("the cheese of yesterday");
  expect(await page.getByRole("alert").textContent()).toContain(
    "Id or address must be a buyer's address, or have an id in it",
  );
  await search(`https://dashboard.stripe.com/test/payments/${charge}`);
  await leaving(page, () => page.getByRole("link", { name: orderNumber(id) }).click());
  expect(await textOf(money)).toContain("On hold");
  await page.goto(`/spaces/${space}`);
  await picture(page, "space");
  await page.goto(`/spaces/${space}/attention`);
  const attention = await textOf(page.getByRole("main"));
  expect(attention).toContain("The Vendor owes $7.98");
  expect(attention).toContain("Send evidence at Stripe by");
  await expectAccessible(page);

  await page.getByRole("link", { name: orderNumber(id) }).click();
  await pressAsked(page, "Write off $7.98");
  await comesToSay("Written off");
  expect(await textOf(money)).toContain("$7.98 was written off: the Vendor keeps $7.98.");
  expect(await textOf(money)).toContain("Done");
  await expectAccessible(page);

  await page.goto(`${path}/statements`);
  await expectAccessible(page);
  // One month, unless the last one ended meanwhile: then the older one has the sales.
  const months = await page
    .getByRole("rowheader")
    .getByRole("link")
    .evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
  let statements = "";
  for (const month of months) {
    await page.goto(month);
    statements += await textOf(page.getByRole("main"));
  }
  expect(statements).toMatch(
    /Products sold\s+2 Orders\s*\$26\.00\s*Stripe's processing fees\s+2 Orders\s*−\$1\.70/,
  );
  expect(statements).toMatch(/Refunds, Vendor's part\s+1 Order\s*−\$4\.17/);
  expect(statements).toMatch(/Disputes, Vendor's part\s+1 Order\s*−\$7\.98/);
  expect(statements).toMatch(/Sent\s+2 Orders\s*−\$24\.30/);
  expect(statements).toMatch(/Taken back\s+1 Order\s*\$4\.17/);
  expect(statements).toContain(orderNumber(id));
  await expectAccessible(page);
  await picture(page, "statement");
  await page.emulateMedia({ media: "print" });
  expect(await page.getByRole("button").count()).toBe(0);
  expect(await page.getByRole("link", { name: "CSV" }).count()).toBe(0);
  expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(5_000);
  await page.emulateMedia({ media: null });

  await press(page, "Create link");
  const link = await textOf(page.getByRole("region", { name: "Share" }).locator("pre"));
  const theirs = await open(link);
  expect(await textOf(theirs.getByRole("main"))).toContain("Due to the Vendor");
  await expectAccessible(theirs);
  const revoke = page.locator("details.ask");
  await revoke.locator("summary").click();
  await leaving(page, () => revoke.getByRole("button").click());
  expect(await noticeOf(page)).toBe("The link is revoked.");
  await theirs.reload();
  expect(await headingOf(theirs)).toBe("Nothing here");
});
