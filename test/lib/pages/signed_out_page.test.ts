import { renderToString } from "preact-render-to-string";
import { expect, it } from "vitest";
import { signedOutPage } from "../../../lib/pages/signed_out_page.ts";

it("goes on to the issuer, and has a link for browsers that do not", () => {
  const url = "https://pool.auth.example/logout?client_id=1&logout_uri=https%3A%2F%2Fconvene.example%2F";
  const { title, body, goesOnTo } = signedOutPage(url);
  expect(title).toBe("You are signed out");
  expect(goesOnTo).toBe(url);
  const text = renderToString(body);
  expect(text).toContain(`<a href="${url.replace("&", "&amp;")}">Sign out at pool.auth.example, too</a>`);
  expect(text).not.toContain("Sign in again");
});

it("stays where the issuer signs nobody out, and says what that means", () => {
  const { title, body, goesOnTo } = signedOutPage(undefined);
  expect(title).toBe("You are signed out");
  expect(goesOnTo).toBeUndefined();
  const text = renderToString(body);
  expect(text).toContain("The sign-in service may still know you");
  expect(text).toContain('<a href="http://convene.invalid:3000/session/new?to=%2F">Sign in again</a>');
});
