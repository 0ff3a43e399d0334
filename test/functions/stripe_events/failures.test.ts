import { beforeAll, expect, it } from "vitest";
import { handler } from "../../../functions/stripe_events/show.ts";
import { aVisit } from "../../support/forms.ts";
import { member, representative } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { aFailingEvent } from "../../support/stored_events.ts";

let space: TestSpace;
let dead: string;
beforeAll(async () => {
  space = await aSpace();
  const { marketplace } = space.first;
  dead = await aFailingEvent(space, "handler:TypeError@settle.ts", {
    outcome: "dead",
    type: "charge.updated",
    object: { id: "ch_1", metadata: { marketplace } },
  });
  for (let n = 0; n < 2; n++) await aFailingEvent(space, "stripe:key_refused");
});

const call = async (headers: Record<string, string>, query?: Record<string, string>) =>
  answerOf(
    await handler({
      ...aRequest({ path: { space: space.space }, headers, ...(query && { query }) }),
      routeKey: "GET /spaces/{space}/failures",
    }),
  );

it("lists what fails by cause, the most first", async () => {
  expect(await call(bearer(space.apiKey))).toMatchObject({
    status: 200,
    body: {
      complete: true,
      data: [
        { cause: "stripe:key_refused", count: 2, retrying: 2, dead: 0 },
        { cause: "handler:TypeError@settle.ts", count: 1, dead: 1, example: dead },
      ],
    },
  });
});

it("is for the Space's own members and keys, and takes no query", async () => {
  expect(await call({})).toMatchObject({ status: 401 });
  expect(await call(bearer((await aSpace()).apiKey))).toMatchObject({ status: 404 });
  const visit = aVisit(await representative(space), { space: space.space });
  expect((await handler(visit)).statusCode).toBe(404);
  expect(await call(bearer(space.apiKey), { cause: "stripe:key_refused" })).toMatchObject({
    status: 400,
    body: { error: { code: "unknown_parameter" } },
  });
});

it("is a page for a member: what fails, what that means, of whom, since when, and an example", async () => {
  const { statusCode, body: text = "" } = await handler(aVisit(await member(space), { space: space.space }));
  expect(text).toContain("What is retrying runs again automatically: after half a minute at first");
  expect(statusCode).toBe(200);
  expect(text).toContain("<h1>Problems</h1>");
  expect(text).toContain("<code>stripe:key_refused</code>");
  expect(text).toContain("Save another on the page of its Utility.");
  expect(text).toContain("2 retrying");
  expect(text).toContain('<strong class="pill waiting">2 events</strong>');
  expect(text).toContain("A mistake in our code, in settle.ts");
  expect(text).toContain("1 given up");
  expect(text).toContain(`href="/spaces/${space.space}/stripe_events/${dead}"`);
  expect(text).toContain(
    `<a href="/spaces/${space.space}/stripe_events?cause=stripe%3Akey_refused"><code>stripe:key_refused</code></a>`,
  );
  expect(text).toMatch(/>First Vendor<\/a>/);
  expect(text).toMatch(/data-label="First failed" class="amount"><time datetime="20/);
});

it("says so where nothing fails", async () => {
  const other = await aSpace();
  const { body: text = "" } = await handler(aVisit(await member(other), { space: other.space }));
  expect(text).not.toContain("runs again automatically");
  expect(text).toContain("Nothing is failing");
});
