import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject } from "vitest";
import type { Demo } from "../../local/demo.ts";
import { PATIENCE_MS } from "./patience.ts";
import { press, signIn } from "./sign_in.ts";

const demo = inject("demo");

export type Person = Demo["people"][number];

function personOf(role: string, space: string | null): Person {
  const person = demo.people.find((each) => each.role === role && each.space === space);
  if (!person) throw new Error(`the demo has no ${role} of ${space}`);
  return person;
}

/** The demo's people, by what they are to the Space `demo`. */
export const people = {
  operator: personOf("operator", null),
  member: personOf("member", "demo"),
  representative: personOf("representative", "demo"),
  stranger: personOf("member", "other"),
  nobody: personOf("nobody", null),
};

/** Somebody who signs out in this file of tests, and is in no other. */
export function leaver(file: "sign-in" | "keyboard" | "accessibility"): Person {
  const person = demo.people.find(({ email }) => email.startsWith(`leaver-of-${file}@`));
  if (!person) throw new Error(`the demo has no leaver of ${file}`);
  return person;
}

/** Takes them off the sign-in page, for a picture of what everybody sees. */
export const hideLeavers = (page: Page): Promise<void> =>
  page
    .getByRole("listitem")
    .filter({ hasText: "leaver-of-" })
    .evaluateAll((items) => {
      for (const item of items) item.remove();
    });

export const DESK = { width: 1200, height: 900 };
/** Where a table is no longer cards, and has little room. */
export const TABLET = { width: 641, height: 900 };
export const PHONE = { width: 360, height: 800 };

/**
 * The windows of a file of tests. Every page that is opened here reports what its Content-Security-Policy forbade, and
 * the test fails for it; one that means it takes the report out with `takeViolations`.
 */
export function browsing() {
  let browser: Browser;
  let violations: string[] = [];
  const takeViolations = (): string[] => {
    const taken = violations;
    violations = [];
    return taken;
  };
  beforeAll(async () => {
    browser = await chromium.connect(inject("browserUrl"));
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    expect(takeViolations()).toEqual([]);
  });
  afterAll(() => browser.close());

  /** A window of its own, where nobody is signed in. */
  const open = async (path: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext({ baseURL: demo.baseUrl, viewport: DESK, ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    context.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) violations.push(message.text());
    });
    const page = await context.newPage();
    await page.goto(path);
    return page;
  };

  /** A window where `person` is at `path`, signed in: since before the tests, or where they also sign out, there and then. */
  const signedIn = async (person: Person, path = "/", options?: BrowserContextOptions): Promise<Page> => {
    const storageState = inject("signedIn")[person.email];
    const page = await open(path, { ...options, ...(storageState && { storageState }) });
    if (!storageState) await signIn(page, person);
    return page;
  };

  return { open, signedIn, takeViolations };
}

/** Signs out here, and is led on, with nothing to press, to where the issuer asks whether to sign out there, too. */
export async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.waitForURL((url) => url.origin !== demo.baseUrl);
}

/** Signs out here, in a browser that does not go on by itself. */
export async function signOutHere(page: Page): Promise<void> {
  const isElsewhere = ({ origin }: URL): boolean => origin !== demo.baseUrl;
  await page.route(isElsewhere, (route) => route.abort("aborted"), { times: 1 });
  const stays = page.waitForEvent("requestfailed", (request) => request.isNavigationRequest());
  await press(page, "Sign out");
  await stays;
}

/** The path that a page is at; at the issuer, its whole address. */
export function whereIs(page: Page): string {
  const { origin, pathname, search, href } = new URL(page.url());
  return origin === demo.baseUrl ? `${pathname}${search}` : href;
}

export const textOf = async (element: Locator): Promise<string> => (await element.textContent()) ?? "";

export const mainOf = (page: Page): Promise<string> => textOf(page.getByRole("main"));

export const headingOf = (page: Page): Promise<string> => textOf(page.getByRole("heading", { level: 1 }));

/** What a page says is wrong. */
export const alertOf = (page: Page): Promise<string> => textOf(page.getByRole("alert"));

/** What a page says after a form was taken. */
export const noticeOf = (page: Page): Promise<string> => textOf(page.getByRole("status"));

/** What a screen reader says of a field that is wrong; undefined where it is not. */
export async function complaintAt(page: Page, label: string): Promise<string | undefined> {
  const field = page.getByLabel(label, { exact: true });
  if ((await field.getAttribute("aria-invalid")) !== "true") return undefined;
  const ids = ((await field.getAttribute("aria-describedby")) ?? "").split(" ");
  const wrong = ids.find((id) => id.endsWith("-wrong"));
  return wrong && (await textOf(page.locator(`[id="${wrong}"]`)));
}
