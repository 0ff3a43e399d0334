import { expect, it } from "vitest";
import { handler } from "../../../functions/not_found/show.ts";
import { stranger } from "../../support/people.ts";
import { answerOf, aRequest } from "../../support/requests.ts";

it("says that there is nothing, to people as a page with a way on, to programs as JSON", async () => {
  const page = await handler(aRequest({ headers: { accept: "text/html" } }));
  expect(page).toMatchObject({ statusCode: 404, headers: { "content-type": "text/html; charset=utf-8" } });
  expect(page.body).toContain("Nothing here");
  expect(page.body).toContain('<a href="/">To my Spaces</a>');
  expect(answerOf(await handler(aRequest({})))).toMatchObject({
    status: 404,
    body: { error: { code: "not_found" } },
  });
});

it("keeps whoever is signed in so, and lets them sign out", async () => {
  const dana = await stranger();
  const visit = { ...aRequest({ headers: { accept: "text/html" } }), cookies: dana.cookies };
  const { statusCode, body } = await handler(visit);
  expect(statusCode).toBe(404);
  expect(body).toContain(dana.email);
  expect(body).toContain('<form method="post" action="/session/destroy"');
});

it("leads a browser from a form's address to its page, whether that is there or not; a program reads that there is nothing", async () => {
  const rawPath = "/spaces/nobodys/members/destroy";
  const visit = { ...aRequest({ headers: { accept: "text/html" } }), rawPath };
  expect(await handler(visit)).toMatchObject({
    statusCode: 303,
    headers: { location: "/spaces/nobodys/edit", "cache-control": "no-store" },
  });
  expect(await handler({ ...aRequest({}), rawPath })).toMatchObject({ statusCode: 404 });
});
