import { describe, expect, inject, it } from "vitest";
import { press, signIn } from "../support/sign_in.ts";
import {
  alertOf,
  browsing,
  headingOf,
  leaver,
  mainOf,
  people,
  signOut,
  signOutHere,
  textOf,
  whereIs,
} from "../support/signed_in_page.ts";

const { baseUrl } = inject("demo");
const { open, signedIn } = browsing();
const member = leaver("sign-in");
const SIGN_IN_PAGE = /^http:\/\/127\.0\.0\.1:\d+\/sign-in\//;

describe("signing in", () => {
  it("is asked of whoever comes, and leads where they were going", async () => {
    const page = await open("/spaces/demo/stripe_events?limit=2");
    expect(page.url()).toMatch(SIGN_IN_PAGE);
    await signIn(page, people.member);
    expect(whereIs(page)).toBe("/spaces/demo/stripe_events?limit=2");
    expect(await textOf(page.getByRole("banner"))).toContain(people.member.email);
  });

  it("tells a wrong password, keeps the address, and goes on with the right one", async () => {
    const page = await open("/");
    await signIn(page, { email: people.member.email, password: "guessed" });
    expect(page.url()).toMatch(SIGN_IN_PAGE);
    expect(await alertOf(page)).toContain("do not belong together");
    expect(await page.getByLabel("Email").inputValue()).toBe(people.member.email);
    expect(await page.getByLabel("Password").inputValue()).toBe("");
    await page.getByLabel("Password").fill(people.member.password);
    await press(page, "Sign in");
    expect(whereIs(page)).toBe("/");
  });

  it("is not asked again in another tab, nor where the issuer still knows the person", async () => {
    const page = await signedIn(people.member);
    const tab = await page.context().newPage();
    await tab.goto("/spaces/demo");
    expect(whereIs(tab)).toBe("/spaces/demo");
    await page.context().clearCookies({ name: "session" });
    await tab.goto("/spaces/demo");
    expect(whereIs(tab)).toBe("/spaces/demo");
  });

  it("is asked again of a cookie that was tampered with", async () => {
    const page = await signedIn(people.member);
    const context = page.context();
    const [session] = (await context.cookies(baseUrl)).filter(({ name }) => name === "session");
    if (!session) throw new Error("there is no session cookie");
    expect(session).toMatchObject({ httpOnly: true, sameSite: "Lax" });
    await context.clearCookies();
    await context.addCookies([{ ...session, value: `${session.value.slice(0, -6)}AAAAAA` }]);
    await page.goto("/spaces/demo");
    expect(page.url()).toMatch(SIGN_IN_PAGE);
  });

  it.each(["//elsewhere.example/", "/\\elsewhere.example", "https://elsewhere.example/", "/%2F/elsewhere"])(
    "leads nowhere else: ?to=%s",
    async (to) => {
      const page = await open(`/session/new?${new URLSearchParams({ to })}`);
      await signIn(page, people.nobody);
      expect(new URL(page.url()).origin).toBe(baseUrl);
    },
  );

  it("that was not begun in this browser is refused, with a way to begin", async () => {
    const page = await open("/session/callback?code=stolen&state=guessed");
    expect(await mainOf(page)).toContain("was begun in another browser");
    await page.getByRole("link", { name: "Sign in again" }).click();
    await page.waitForURL(SIGN_IN_PAGE);
    await signIn(page, people.nobody);
    expect(whereIs(page)).toBe("/");
  });

  it("whose state is not the one it was begun with is refused", async () => {
    const page = await open("/session/new");
    await page.goto("/session/callback?code=stolen&state=guessed");
    expect(await mainOf(page)).toContain("refused or is used up");
  });
});

describe("signing out", () => {
  it("is here and at the issuer, and a page asks for the password again", async () => {
    const page = await signedIn(member, "/spaces/demo");
    await signOut(page);
    expect(await mainOf(page)).toContain(`You are signed in as`);
    await press(page, "Sign out");
    expect(page.url()).toMatch(SIGN_IN_PAGE);
    await page.goto("/spaces/demo");
    expect(page.url()).toMatch(SIGN_IN_PAGE);
    await signIn(page, people.stranger);
    expect(whereIs(page)).toBe("/spaces/demo");
    expect(await headingOf(page)).toBe("Nothing here");
  });

  it("ends the session for whoever has a copy of its cookie", async () => {
    const page = await signedIn(member, "/spaces/demo");
    const copied = await page.context().cookies(baseUrl);
    const thief = await open("/");
    await thief.context().addCookies(copied);
    await thief.goto("/spaces/demo");
    expect(await headingOf(thief)).toBe("Demo Space");
    await signOut(page);
    await thief.goto("/spaces/demo");
    expect(thief.url()).toMatch(SIGN_IN_PAGE);
  });

  it("is by a link at the issuer, where a browser does not go on by itself", async () => {
    const page = await signedIn(member, "/spaces/demo");
    await signOutHere(page);
    expect(await headingOf(page)).toBe("You are signed out");
    expect(await page.getByRole("banner").getByRole("button").count()).toBe(0);
    await page.getByRole("link", { name: /^Sign out at 127\.0\.0\.1:\d+, too$/ }).click();
    await page.waitForURL((url) => url.origin !== baseUrl);
    expect(await mainOf(page)).toContain("You are signed in as");
  });

  it("leaves nothing to see behind the back button", async () => {
    const page = await signedIn(member, "/spaces/demo");
    await signOut(page);
    await press(page, "Sign out");
    await page.goBack();
    await page.goBack();
    expect(await page.getByRole("link", { name: "Corner Bakery" }).count()).toBe(0);
  });
});

describe("a tab from before", () => {
  it("does nothing after the sign-out in another, says so, and leads by the sign-in back to its page", async () => {
    const old = await signedIn(member, "/spaces/demo/edit");
    const tab = await old.context().newPage();
    await tab.goto("/");
    await signOut(tab);
    await press(tab, "Sign out");
    await old.getByLabel("Key name").fill("Never made");
    await press(old, "Create API key");
    expect(await headingOf(old)).toBe("You were signed out");
    expect(await mainOf(old)).toContain("nothing was changed");
    await old.getByRole("link", { name: "Sign in again" }).click();
    await old.waitForURL(SIGN_IN_PAGE);
    await signIn(old, member);
    expect(whereIs(old)).toBe("/spaces/demo/edit");
    expect(await old.getByText("Never made").count()).toBe(0);
  });

  it("does nothing in the name of the person who signed in meanwhile, and has a way back", async () => {
    const old = await signedIn(member, "/spaces/demo/edit");
    const tab = await old.context().newPage();
    await tab.goto("/");
    await signOut(tab);
    await press(tab, "Sign out");
    await signIn(tab, people.operator);
    await old.getByLabel("Key name").fill("Never made either");
    await press(old, "Create API key");
    expect(await headingOf(old)).toBe("Not this way");
    await old.getByRole("link").last().click();
    await old.waitForURL(`${baseUrl}/`);
    await old.goto("/spaces/demo/edit");
    expect(await old.getByText("Never made either").count()).toBe(0);
  });
});
