import type { Demo } from "../../local/demo.ts";

/** A session of somebody who signed in at the local issuer, as a program has it: what it sends along with each request. */
export type HttpSession = { cookie: string; "x-csrf-token": string; origin: string };

/** Signs somebody in as a browser does, by the forms and redirects alone. */
export async function signInByHttp(
  baseUrl: string,
  { email, password }: Pick<Demo["people"][number], "email" | "password">,
): Promise<HttpSession> {
  const browser = aBrowser();
  const form = await browser.go(`${baseUrl}/session/new`);
  const home = await browser.go(form.url, new URLSearchParams({ email, password }));
  if (new URL(home.url).origin !== baseUrl) throw new Error(`${email} is not signed in, but at ${home.url}`);
  const cookie = browser.cookiesOf(baseUrl);
  const page = await fetch(`${baseUrl}/spaces`, { headers: { cookie, accept: "application/json" } });
  return { cookie, "x-csrf-token": page.headers.get("x-csrf-token") ?? "", origin: baseUrl };
}

function aBrowser() {
  const jars = new Map<string, Map<string, string>>();
  const cookiesOf = (url: string): string =>
    [...(jars.get(new URL(url).origin) ?? [])].map((pair) => pair.join("=")).join("; ");
  /** Follows redirects to a page. */
  async function go(url: string, form?: URLSearchParams): Promise<{ url: string }> {
    const response = await fetch(url, {
      redirect: "manual",
      headers: { cookie: cookiesOf(url), accept: "text/html" },
      ...(form && { method: "POST", body: form }),
    });
    const { origin } = new URL(url);
    const jar = jars.get(origin) ?? new Map<string, string>();
    jars.set(origin, jar);
    for (const each of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(each) ?? [];
      jar.set(name, value);
    }
    await response.arrayBuffer();
    const to = response.headers.get("location");
    return to ? await go(new URL(to, url).href) : { url };
  }
  return { go, cookiesOf };
}
