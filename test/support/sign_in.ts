import type { Browser, Page } from "playwright-core";
import type { Demo } from "../../local/demo.ts";
import { PATIENCE_MS } from "./patience.ts";

type Person = Pick<Demo["people"][number], "email" | "password">;

/** What a browser keeps of who is signed in: cookies, here and at the issuer. */
export type SignedIn = Awaited<ReturnType<ReturnType<Page["context"]>["storageState"]>>;

/** Signs a person in at the product, in a window of its own. */
export async function signInAt(browser: Browser, baseURL: string, person: Person): Promise<SignedIn> {
  const context = await browser.newContext({ baseURL });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  await page.goto("/");
  await signIn(page, person);
  const state = await context.storageState();
  await context.close();
  return state;
}

/** What a person does at the issuer's page. */
export async function signIn(page: Page, { email, password }: Person): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await press(page, "Sign in");
}

/** Presses a button that sends its form, and waits for the page that comes of it. */
export async function press(page: Page, button: string): Promise<void> {
  await leaving(page, () => page.getByRole("button", { name: button, exact: true }).click());
}

/** Presses a button that asks first: opens what it stands in, and then the button. */
export async function pressAsked(page: Page, button: string): Promise<void> {
  const inside = page.getByRole("button", { name: button, exact: true, includeHidden: true });
  await page.locator("details.ask", { has: inside }).locator("summary").click();
  await press(page, button);
}

/** Does what leads to another page, and waits until that is there. */
export async function leaving(page: Page, act: () => Promise<void>): Promise<void> {
  const loaded = page.waitForEvent("load");
  await act();
  await loaded;
}
