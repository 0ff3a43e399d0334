import { describe, expect, inject, it } from "vitest";
import {
  alertOf,
  browsing,
  headingOf,
  mainOf,
  noticeOf,
  people,
  textOf,
  whereIs,
} from "../support/signed_in_page.ts";
import { aSlug, makeSpace } from "../support/ui_steps.ts";

const demo = inject("demo");
const { signedIn } = browsing();
const [space, other] = demo.spaces;
const [represented, another] = space?.marketplaces ?? [];
const [foreign] = other?.marketplaces ?? [];
if (!space || !other || !represented || !another || !foreign)
  throw new Error("the demo is not what it should be");

const editOf = (name: string, { room, marketplace }: typeof represented): string =>
  `/spaces/${name}/rooms/${room}/marketplaces/${marketplace}/edit`;
const ordersOf = (name: string, place: typeof represented): string =>
  editOf(name, place).replace(/edit$/, "orders");
const PAGES = {
  space: "/spaces/demo",
  utility: `/spaces/demo/utilities/${space.utility}/edit`,
  marketplace: editOf("demo", represented),
  "the Orders": ordersOf("demo", represented),
  "the event log": "/spaces/demo/stripe_events",
  "the other Marketplace": editOf("demo", another),
  "the other's Orders": ordersOf("demo", another),
  "a foreign Space": "/spaces/other",
  "a foreign Utility": `/spaces/other/utilities/${other.utility}/edit`,
  "a foreign Marketplace": editOf("other", foreign),
  "foreign Orders": ordersOf("other", foreign),
  "a foreign event log": "/spaces/other/stripe_events",
  "a Space that is not": "/spaces/nowhere",
};
type PageName = keyof typeof PAGES;

const DEMO_PAGES: PageName[] = [
  "space",
  "utility",
  "marketplace",
  "the Orders",
  "the event log",
  "the other Marketplace",
  "the other's Orders",
];
const OTHER_PAGES: PageName[] = [
  "a foreign Space",
  "a foreign Utility",
  "a foreign Marketplace",
  "foreign Orders",
  "a foreign event log",
];

const OPENS: [keyof typeof people, PageName[]][] = [
  ["operator", [...DEMO_PAGES, ...OTHER_PAGES]],
  ["member", DEMO_PAGES],
  ["representative", ["marketplace", "the Orders"]],
  ["stranger", OTHER_PAGES],
  ["nobody", []],
];

describe("of all pages", () => {
  it.each(OPENS)("%s opens %j, and to the rest is told that nothing is here", async (role, opened) => {
    const page = await signedIn(people[role]);
    const found: string[] = [];
    for (const [name, path] of Object.entries(PAGES)) {
      const response = await page.goto(path);
      if (response?.status() === 200) found.push(name);
      else {
        expect([name, response?.status(), await headingOf(page)]).toEqual([name, 404, "Nothing here"]);
        expect(await textOf(page.locator("body"))).not.toMatch(/Demo Space|Other Space|whsec_|sk_test_/);
      }
    }
    expect(found).toEqual(opened);
  });
});

const linksOf = async (page: Awaited<ReturnType<typeof signedIn>>): Promise<string[]> => {
  const links = await page.getByRole("main").getByRole("link").all();
  return await Promise.all(links.map(async (link) => (await link.getAttribute("href")) ?? ""));
};

describe("my Spaces", () => {
  it("are all of them to an operator, who makes another", async () => {
    const page = await signedIn(people.operator);
    expect(await linksOf(page)).toEqual(expect.arrayContaining(["/spaces/demo", "/spaces/other"]));
    const made = await makeSpace(page, "Made by an operator");
    expect(whereIs(page)).toBe(`/spaces/${made}`);
    expect(await headingOf(page)).toBe("Made by an operator");
    expect(await noticeOf(page)).toContain("was created");
    await page.reload();
    expect(await page.getByRole("status").count()).toBe(0);
    await page.goto("/");
    expect(await linksOf(page)).toContain(`/spaces/${made}`);
  });

  it("refuse a name that there is, or that is none, and keep what was typed", async () => {
    const page = await signedIn(people.operator);
    await makeSpace(page, "Another demo", "demo");
    expect(await alertOf(page)).toContain("There is a Space demo already");
    expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("Another demo");
    await makeSpace(page, "<b>Bold</b>", "Not A Slug");
    expect(await alertOf(page)).toContain("lowercase letters, digits and hyphens");
    expect(await page.getByLabel("Short name").inputValue()).toBe("Not A Slug");
    expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("<b>Bold</b>");
  });

  it("show markup in a name as text", async () => {
    const page = await signedIn(people.operator);
    await makeSpace(page, `<img src=x onerror=alert(1)>`, aSlug("markup"));
    expect(await headingOf(page)).toBe("<img src=x onerror=alert(1)>");
    expect(await page.locator("img").count()).toBe(0);
  });

  it("are a member's own, without making any", async () => {
    const page = await signedIn(people.member);
    const links = await linksOf(page);
    expect(links).toContain("/spaces/demo");
    expect(links).not.toContain("/spaces/other");
    expect(await page.getByRole("button", { name: "Create Space" }).count()).toBe(0);
  });

  it("are a representative's Marketplace, whose pages have no member's buttons, nor what is for developers", async () => {
    const page = await signedIn(people.representative);
    const thisMonth = expect.stringMatching(/\/statements\/\d{4}-\d{2}$/);
    const overview = PAGES.marketplace.replace("/edit", "");
    expect(await linksOf(page)).toEqual([overview, thisMonth]);
    await page.goto(overview);
    expect(await page.getByRole("button").allTextContents()).toEqual(["Sign out"]);
    expect(await linksOf(page)).toEqual(expect.arrayContaining([thisMonth]));
    await page.goto(PAGES.marketplace);
    expect(await headingOf(page)).toBe("Connection");
    expect(await page.getByText(/stripe listen|whsec_/).count()).toBe(0);
    expect(await page.getByRole("button").allTextContents()).toEqual(["Sign out", "Copy", "Check now"]);
    expect(await linksOf(page)).toEqual([]);
  });

  it("are none to somebody whom nobody let in", async () => {
    const page = await signedIn(people.nobody);
    expect(await linksOf(page)).toEqual([]);
    expect(await mainOf(page)).toContain(people.nobody.email);
  });
});
