import { renderToString } from "preact-render-to-string";
import { expect, it } from "vitest";
import { type ErrorCode, HttpError, SignedOut, SignInFailed } from "../../../lib/errors.ts";
import { errorPage } from "../../../lib/pages/error_page.ts";

it.each<[ErrorCode, string]>([
  ["refused_by_stripe", "Stripe refused this"],
  ["foreign_form", "Not this way"],
  ["not_found", "Nothing here"],
  ["changed_meanwhile", "Somebody was faster"],
  ["already_connected", "Already connected"],
  ["last_member", "The last member stays"],
  ["stripe_busy", "Not now"],
  ["internal_error", "Something went wrong"],
])("calls %s `%s`, says what happened, and shows a way on", (code, title) => {
  const page = errorPage(new HttpError(code, "It is <b>over</b>."));
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
