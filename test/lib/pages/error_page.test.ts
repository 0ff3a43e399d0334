import { renderToString } from "preact-render-to-string";
import { expect, it } from "vitest";
import { HttpError, SignInFailed } from "../../../lib/errors.ts";
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

it("leads back to the sign-in where that failed", () => {
  const { body } = errorPage(new SignInFailed("It took too long.", "/spaces/demo"));
  expect(renderToString(body)).toContain('<a href="/session/new?to=%2Fspaces%2Fdemo">Sign in again</a>');
});
