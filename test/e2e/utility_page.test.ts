import { describe, expect, it } from "vitest";
import { leaving, press } from "../support/sign_in.ts";
import {
  browsing,
  complaintAt,
  headingOf,
  noticeOf,
  people,
  textOf,
  whereIs,
} from "../support/signed_in_page.ts";
import { aPlatformAccount, makeSpace, makeUtility } from "../support/ui_steps.ts";

const { signedIn } = browsing();

/** A new Space's Stripe Utility, still without a key, as its page shows it. */
async function aUtilityPage() {
  const page = await signedIn(people.operator);
  const space = await makeSpace(page, "Zinc Coop");
  const utility = await makeUtility(page);
  const save = async (fields: Record<string, string>): Promise<void> => {
    for (const [label, value] of Object.entries(fields))
      await page.getByLabel(label, { exact: true }).fill(value);
    await press(page, "Save");
  };
  const keyOf = (): Promise<string> => textOf(page.getByRole("region", { name: "Stripe key" }));
  return { page, path: `/spaces/${space}/utilities/${utility}/edit`, save, keyOf };
}

const masked = (key: string): string => key.replace(/^(sk_[a-z]+_).*(.{4})$/, "$1…$2");

describe("a good key", () => {
  it("is said to work, of which account and in which mode, and is shown masked only", async () => {
    const { id, testKey, liveKey } = await aPlatformAccount("Zinc Coop at Stripe");
    const { page, path, save, keyOf } = await aUtilityPage();
    expect(await headingOf(page)).toBe("Stripe");
    expect(await keyOf()).toContain("There is no key yet");
    await save({ "Api token": testKey });
    expect(whereIs(page)).toBe(path);
    expect(await noticeOf(page)).toBe(`The key works: it is of Zinc Coop at Stripe (${id}), in test mode.`);
    const shown = await keyOf();
    for (const fact of [masked(testKey), "Zinc Coop at Stripe", id, "test"]) expect(shown).toContain(fact);
    expect(await page.content()).not.toContain(testKey);

    await save({ "Api token": `  ${liveKey}\n` });
    expect(await noticeOf(page)).toContain("in live mode");
    expect(await keyOf()).toContain(masked(liveKey));
    expect(await page.content()).not.toContain(liveKey);
  });

  it("stays where the field is left empty, while the rest is saved", async () => {
    const { testKey } = await aPlatformAccount("Zinc Coop");
    const { page, save, keyOf } = await aUtilityPage();
    await save({ "Api token": testKey });
    await save({ Name: "Stripe, Europe", "Connect client id": "ca_0123456789abcdef" });
    expect(await noticeOf(page)).toBe("Saved.");
    expect(await headingOf(page)).toBe("Stripe, Europe");
    expect(await page.getByLabel("Connect client id").inputValue()).toBe("ca_0123456789abcdef");
    expect(await keyOf()).toContain(masked(testKey));
  });
});

const WRONG: [what: string, typed: string, sentence: RegExp][] = [
  ["a publishable key", "pk_test_0123456789abcdef", /publishable key/],
  ["a webhook secret", "whsec_0123456789abcdef", /webhook signing secret/],
  ["a client id", "ca_0123456789abcdef", /Connect client id/],
  ["an account's id", "acct_0123456789abcdef", /account's id/],
  ["a masked key", "sk_test_…4242", /middle left out/],
  ["a key masked with asterisks", "sk_test_****************4242", /middle left out/],
  ["a key with spaces", "sk_test_0123 456789abcdef", /spaces/],
  ["a key unknown to Stripe", "sk_test_0123456789abcdef", /Stripe does not know this key/],
  ["another shape", "swordfish", /begins with sk_test_ or sk_live_/],
  ["a mode that is not", "sk_prod_0123456789abcdef", /begins with sk_test_ or sk_live_/],
];

describe("a wrong key", () => {
  it("is named as what it is, at its field, and the old key stays", async () => {
    const { testKey } = await aPlatformAccount("Zinc Coop");
    const { page, path, save, keyOf } = await aUtilityPage();
    await save({ "Api token": testKey });
    for (const [what, typed, sentence] of WRONG) {
      await save({ "Api token": typed, Name: `Kept with ${what}` });
      expect([what, await complaintAt(page, "Api token")]).toEqual([what, expect.stringMatching(sentence)]);
      expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe(`Kept with ${what}`);
      expect(await page.getByLabel("Api token").inputValue()).toBe("");
      expect(await page.content()).not.toContain(typed);
      expect(await keyOf()).toContain(masked(testKey));
    }
    // The address of the form, loaded by hand, leads back to the page.
    expect(whereIs(page)).toBe(path.replace("/edit", ""));
    await page.goto(whereIs(page));
    expect(whereIs(page)).toBe(path);
    expect(await headingOf(page)).toBe("Stripe");
    expect(await keyOf()).toContain(masked(testKey));
  });

  it("is not told from a good one while another field is wrong, which says so itself", async () => {
    const { testKey } = await aPlatformAccount("Zinc Coop");
    const { page, save, keyOf } = await aUtilityPage();
    await save({ "Api token": testKey, Name: " ", "Connect client id": "sk_test_0123456789abcdef" });
    expect(await complaintAt(page, "Name")).toBe("Name must not be empty.");
    expect(await complaintAt(page, "Connect client id")).toContain("This is a secret key of Stripe's.");
    // The first that is wrong has the focus.
    expect(await page.locator(":focus").getAttribute("name")).toBe("name");
    expect(await page.title()).toBe("Error: Stripe · Zinc Coop · Convene");
    expect(await complaintAt(page, "Api token")).toBeUndefined();
    expect(await keyOf()).toContain("There is no key yet");
    const html = await page.content();
    for (const secret of [testKey, "sk_test_0123456789abcdef"]) expect(html).not.toContain(secret);
  });
});

it("tells the second of two who save the same form, and overwrites nothing", async () => {
  const { page, path, save } = await aUtilityPage();
  const second = await page.context().newPage();
  await second.goto(path);
  await save({ Name: "By the first" });
  await second.getByLabel("Name", { exact: true }).fill("By the second");
  await press(second, "Save");
  expect(await textOf(second.getByRole("alert"))).toContain("Somebody else saved this meanwhile");
  expect(await second.getByLabel("Name", { exact: true }).inputValue()).toBe("By the second");
  await leaving(page, async () => void (await page.reload()));
  expect(await headingOf(page)).toBe("By the first");
  // Being told, the second may.
  await press(second, "Save");
  expect(await headingOf(second)).toBe("By the second");
});
