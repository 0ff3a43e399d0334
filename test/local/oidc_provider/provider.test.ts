import getPort from "get-port";
import { fetchUserInfo } from "openid-client";
import { describe, expect, it } from "vitest";
import { CALLBACK, DANA, newBrowser, newIssuer, newRelyingParty, SHOP, signIn, VIC } from "./support.ts";

const { url: issuer } = await newIssuer();
const shop = await newRelyingParty(issuer);

/** The whole way, in a browser of its own. */
async function signedIn(person = DANA) {
  const browser = newBrowser(issuer);
  const { url, finish } = await shop.begin();
  const { sentTo = "" } = await signIn(browser, await browser.open(url), person);
  return { browser, back: sentTo, finish };
}

describe("signing in", () => {
  it("gives the relying party who it is, in the ID token and at the userinfo endpoint", async () => {
    const { back, finish } = await signedIn();
    expect(back.startsWith(`${CALLBACK}?code=`)).toBe(true);
    const tokens = await finish(back);
    const claims = tokens.claims();
    const { email, email_verified, name } = DANA;
    expect(claims).toMatchObject({ iss: issuer, aud: "convene", email, email_verified, name });
    expect(await fetchUserInfo(shop.config, tokens.access_token, claims?.sub ?? "")).toEqual({
      sub: claims?.sub,
      email,
      email_verified,
      name,
    });
  });

  it("says where an email is not verified", async () => {
    const { back, finish } = await signedIn(VIC);
    expect((await finish(back)).claims()).toMatchObject({ email: VIC.email, email_verified: false });
  });

  it("takes the email in any case", async () => {
    const { back, finish } = await signedIn({ ...DANA, email: " DANA@example.com" });
    expect((await finish(back)).claims()).toMatchObject({ email: DANA.email });
  });

  it("does not ask again in the same browser", async () => {
    const { browser } = await signedIn();
    const { url, finish } = await shop.begin();
    const { sentTo = "" } = await browser.open(url);
    expect((await finish(sentTo)).claims()).toMatchObject({ email: DANA.email });
  });

  it("asks for the password again where it is told to, and lets somebody else in", async () => {
    const { browser } = await signedIn();
    const { url, finish } = await shop.begin({ prompt: "login" });
    const { sentTo = "" } = await signIn(browser, await browser.open(url), VIC);
    expect((await finish(sentTo)).claims()).toMatchObject({ email: VIC.email });
  });

  it("goes by the last who signed in, where two pages were open", async () => {
    const browser = newBrowser(issuer);
    const [first, second] = [await shop.begin(), await shop.begin()];
    const page = await browser.open(first.url);
    await signIn(browser, await browser.open(second.url), VIC);
    const { sentTo = "" } = await signIn(browser, page, DANA);
    expect((await first.finish(sentTo)).claims()).toMatchObject({ email: DANA.email });
    expect((await browser.open(shop.signOutUrl())).text).toContain(DANA.email);
  });

  it("knows a person by the same subject after a restart, when everybody signs in again", async () => {
    const port = await getPort();
    const browser = newBrowser(`http://127.0.0.1:${port}`);
    const subjects: (string | undefined)[] = [];
    for (const people of [
      [DANA, VIC],
      [VIC, DANA],
    ]) {
      const { url, close } = await newIssuer({ port, people });
      const { begin } = await newRelyingParty(url);
      const started = await begin();
      const page = await browser.open(started.url);
      expect(page.text).toContain("<h1>Sign in to Convene</h1>");
      const { sentTo = "" } = await signIn(browser, page, DANA);
      subjects.push((await started.finish(sentTo)).claims()?.sub);
      await close();
    }
    expect(subjects[0]).toMatch(/^[\w-]{22}$/);
    expect(subjects[1]).toBe(subjects[0]);
    const { back, finish } = await signedIn(VIC);
    expect((await finish(back)).claims()?.sub).not.toBe(subjects[0]);
  });
});

describe("the page to sign in", () => {
  it("has labelled fields, and the people who exist", async () => {
    const { text, headers } = await newBrowser(issuer).open((await shop.begin()).url);
    expect(text).toMatch(/<label for="email">Email<\/label>\s*<input id="email" name="email"/);
    expect(text).toMatch(/<label for="password">Password<\/label>\s*<input\s+id="password" name="password"/);
    expect(text).toContain("<button>Sign in</button>");
    expect(text).not.toContain('role="alert"');
    for (const shown of ["dana@example.com", "tea for two", "Vic &lt;Vendor&gt;", "sell &amp; smile"])
      expect(text).toContain(shown);
    expect(headers.get("Cache-Control")).toBe("no-store");
  });

  it("has a button for each person, with their role, which signs them in", async () => {
    const browser = newBrowser(issuer);
    const { url, finish } = await shop.begin();
    const page = await browser.open(url);
    const form = page.text.split("<form").find((each) => each.includes("Sign in as Dana")) ?? "";
    expect(page.text).toContain("<strong>member of demo</strong>");
    const { sentTo = "" } = await browser.press({ ...page, text: form });
    expect((await finish(sentTo)).claims()).toMatchObject({ email: DANA.email });
  });

  it("allows no script, and lets its form lead back to the relying party", async () => {
    const { headers } = await newBrowser(issuer).open((await shop.begin()).url);
    const policy = headers.get("Content-Security-Policy");
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`form-action 'self' ${SHOP};`);
    expect(policy).not.toMatch(/unsafe|script-src/);
  });

  it("comes again after a wrong password, with what was wrong and the email, and then goes on", async () => {
    const browser = newBrowser(issuer);
    const { url, finish } = await shop.begin();
    const page = await browser.open(url);
    const again = await signIn(browser, page, { ...DANA, password: VIC.password });
    expect(again).toMatchObject({ status: 400, url: page.url });
    expect(again.sentTo).toBeUndefined();
    expect(again.text).toMatch(/role="alert">That email and that password do not belong together/);
    expect(again.text).toContain(`value="${DANA.email}"`);
    const { sentTo = "" } = await signIn(browser, again, DANA);
    expect((await finish(sentTo)).claims()).toMatchObject({ email: DANA.email });
  });

  it.each([
    ["an unknown email", { email: "nobody@example.com", password: DANA.password }],
    ["nothing", { email: "", password: "" }],
  ])("comes again after %s", async (_what, typed) => {
    const browser = newBrowser(issuer);
    const again = await signIn(browser, await browser.open((await shop.begin()).url), typed);
    expect(again.status).toBe(400);
    expect(again.text).toContain('role="alert"');
  });

  it("shows a script in the email field as the text that it is", async () => {
    const browser = newBrowser(issuer);
    const email = `"><script>alert('hi')</script>`;
    const again = await signIn(browser, await browser.open((await shop.begin()).url), { ...DANA, email });
    expect(again.text).not.toContain("<script");
    expect(again.text).toContain('value="&quot;&gt;&lt;script&gt;alert(&#39;hi&#39;)&lt;/script&gt;"');
  });

  it("belongs to the browser that it was made for", async () => {
    const page = await newBrowser(issuer).open((await shop.begin()).url);
    const stranger = newBrowser(issuer);
    for (const answer of [await stranger.open(page.url), await signIn(stranger, page, DANA)]) {
      expect(answer.status).toBe(400);
      expect(answer.sentTo).toBeUndefined();
      expect(answer.text).toContain("Go back and sign in again.");
    }
  });
});

it("says that a page is out of date when the sign-in that it belongs to is over", async () => {
  const browser = newBrowser(issuer);
  const page = await browser.open((await shop.begin()).url);
  await signIn(browser, page, DANA);
  const resumed = page.url.replace("/sign-in/", "/auth/");
  for (const answer of [await signIn(browser, page, DANA), await browser.open(resumed)]) {
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("Go back and sign in again.");
  }
});

describe("what it refuses", () => {
  it.each([
    ["an unknown client", { client_id: "somebody" }, "invalid_client"],
    [
      "a foreign address to return to",
      { redirect_uri: "http://evil.example/session/callback" },
      "invalid_redirect_uri",
    ],
    [
      "an address that only begins right",
      { redirect_uri: `${CALLBACK}/../elsewhere` },
      "invalid_redirect_uri",
    ],
  ])("keeps the browser with it for %s", async (_what, changes, error) => {
    const { url } = await shop.begin(changes);
    const answer = await newBrowser(issuer).open(url);
    expect(answer.status).toBe(400);
    expect(answer.sentTo).toBeUndefined();
    expect(answer.text).toMatch(new RegExp(`role="alert">.*\\(${error}\\)`));
    expect(answer.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
  });

  it("gives no code without PKCE, nor with a challenge in plain text", async () => {
    const without = (await shop.begin()).url;
    without.searchParams.delete("code_challenge");
    without.searchParams.delete("code_challenge_method");
    const plain = (await shop.begin({ code_challenge_method: "plain" })).url;
    for (const url of [without, plain]) {
      const { sentTo = "" } = await newBrowser(issuer).open(url);
      const { searchParams } = new URL(sentTo);
      expect(sentTo.startsWith(CALLBACK)).toBe(true);
      expect(searchParams.get("error")).toBe("invalid_request");
      expect(searchParams.get("code")).toBeNull();
    }
  });

  it("gives no tokens to who cannot prove that the code is theirs", async () => {
    const { back, finish } = await signedIn();
    await expect(finish(back, { pkceCodeVerifier: "x".repeat(43) })).rejects.toMatchObject({
      error: "invalid_grant",
    });
  });

  it("takes a code once, and takes back what it gave when the code comes again", async () => {
    const { back, finish } = await signedIn();
    const { access_token, claims } = await finish(back);
    await expect(finish(back)).rejects.toMatchObject({ error: "invalid_grant" });
    await expect(fetchUserInfo(shop.config, access_token, claims()?.sub ?? "")).rejects.toMatchObject({
      status: 401,
    });
  });

  it("answers with a page where there is none", async () => {
    const { open } = newBrowser(issuer);
    for (const answer of [
      await open(`${issuer}/`),
      await open(`${issuer}/sign-in/a/b`),
      await open(`${issuer}/session/end`, { post: "no" }),
    ]) {
      expect(answer.status).toBe(404);
      expect(answer.text).toContain("There is no page at this address.");
      expect(answer.headers.get("Content-Security-Policy")).toContain("default-src 'none'");
    }
  });
});

describe("signing out", () => {
  it("asks with one button, goes back, and knows nobody any more", async () => {
    const { browser } = await signedIn();
    const page = await browser.open(shop.signOutUrl());
    expect(page.text).toContain(DANA.email);
    expect(page.headers.get("Content-Security-Policy")).toContain(`form-action 'self' ${SHOP};`);
    expect(await browser.press(page)).toMatchObject({ status: 303, sentTo: `${SHOP}/` });
    expect((await browser.open((await shop.begin()).url)).text).toContain("<h1>Sign in to Convene</h1>");
  });

  it("goes straight back where nobody is signed in", async () => {
    const browser = newBrowser(issuer);
    expect(await browser.open(shop.signOutUrl({ state: "a b" }))).toMatchObject({
      status: 303,
      sentTo: `${SHOP}/?state=a+b`,
    });
    expect((await browser.open(`${issuer}/session/end`)).text).toContain("<h1>Signed out</h1>");
  });

  it("does not lead anywhere else, and signs nobody out for trying", async () => {
    const { browser } = await signedIn();
    for (const visitor of [browser, newBrowser(issuer)]) {
      const answer = await visitor.open(
        shop.signOutUrl({ post_logout_redirect_uri: "http://evil.example/" }),
      );
      expect(answer.status).toBe(400);
      expect(answer.sentTo).toBeUndefined();
    }
    expect((await browser.open((await shop.begin()).url)).sentTo).toContain("code=");
  });
});
