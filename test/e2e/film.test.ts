import { expect, it } from "vitest";
import { filmOf } from "../support/film.ts";
import { leaving, press } from "../support/sign_in.ts";
import {
  browsing,
  headingOf,
  hideLeavers,
  mainOf,
  noticeOf,
  people,
  whereIs,
} from "../support/signed_in_page.ts";
import { aPlatformAccount, makeMarketplace, makeSpace, makeUtility } from "../support/ui_steps.ts";

const { open, signedIn } = browsing();

it("leads from the sign-in to a paid Order, the Vendor's share and the event in the log, as the README's film shows", async () => {
  const operators = await signedIn(people.operator);
  const space = await makeSpace(operators, "Zinc Coop");
  await makeUtility(operators);
  await operators.getByLabel("Api token").fill((await aPlatformAccount("Zinc Coop")).testKey);
  await press(operators, "Save");
  await operators.goto(`/spaces/${space}/edit`);
  await operators.getByLabel("Email address").fill(people.member.email);
  await press(operators, "Invite");
  await makeMarketplace(operators, "Corner Bakery");
  const path = whereIs(operators).replace(/\/edit$/, "");

  const page = await open(path);
  const film = await filmOf(page);
  await hideLeavers(page);
  const button = (name: string) => page.getByRole("button", { name, exact: true });
  await film.scene("Sign in with one click", button("Sign in as Dana"));
  await press(page, "Sign in as Dana");
  expect(whereIs(page)).toBe(path);

  await film.scene("A Marketplace sells once its Vendor is connected", button("Connect to Stripe"));
  await press(page, "Connect to Stripe");
  await film.scene(
    "Stripe asks the Vendor for details (here, a simulator does)",
    button("Fill in everything and submit"),
  );
  await press(page, "Fill in everything and submit");
  expect(await noticeOf(page)).toBe("Stripe Connected!");
  await film.scene("Connected: the webhook endpoints are registered, too");

  await page.goto(path);
  await film.scene("Place a test Order with one button", button("Place a test Order"));
  await press(page, "Place a test Order");
  await film.scene("Pay as a buyer would", button("Pay"));
  await press(page, "Pay");
  expect(await headingOf(page)).toMatch(/^Order /);
  const order = async () => ((await page.reload()) ? await mainOf(page) : "");
  await expect.poll(order, { interval: 500 }).toMatch(/The Vendor holds \$12\.15, as they should/);
  await film.scene("The Order is paid, and the Vendor's share is sent");

  await leaving(page, () => page.getByRole("link", { name: "Events", exact: true }).click());
  const paid = page.getByRole("row").filter({ hasText: "checkout.session.completed" });
  expect(await paid.filter({ hasText: "Succeeded" }).count()).toBe(1);
  await film.scene("Each event is in the log, with what it did", paid);
  await leaving(page, () => paid.getByRole("rowheader").getByRole("link").click());
  expect(await mainOf(page)).toContain("is paid now");
  await film.scene("What it told, when it came, and how it ended");
  await film.save("main_loop");
});
