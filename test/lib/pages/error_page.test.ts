import { renderToString } from "preact-render-to-string";
import { expect, it } from "vitest";
import { HttpError, SignedOut, SignInFailed } from "../../../lib/errors.ts";
import { errorPage } from "../../../lib/pages/error_page.ts";

it.each([
  [400, "That did not work"],
  [403, "Not this way"],
  [404, "Nothing here"],
  [409, "Somebody was faster"],
  [503, "Not now"],
  [500, "Something went wrong"],
  [418, "Something went wrong"],
])("calls %i `%s`, says what happened, and shows a way on", (status, title) => {
  const page = errorPage(new HttpError(status, "code", "It is <b>over</b>."));
  expect(page.title).toBe(title);
  const text = renderToString(page.body);
  expect(text).toContain("<p>It is &lt;b>over&lt;/b>.</p>");
  expect(text).toContain('<a href="/">To my Spaces</a>');
});

it.each([
  ["that failed", new SignInFailed("It took too long.", "/spaces/demo"), "That did not work"],
  ["a form came too late", new SignedOut("/spaces/demo"), "You were signed out"],
])("leads to the sign-in, on our own host, where %s", (_what, error, title) => {
  const page = errorPage(error);
  expect(page.title).toBe(title);
  const text = renderToString(page.body);
  expect(text).toContain(`<p>${error.message}</p>`);
  const href = "http://convene.invalid:3000/session/new?to=%2Fspaces%2Fdemo";
  expect(text).toContain(`<a href="${href}">Sign in again</a>`);
});
