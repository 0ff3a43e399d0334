import { beforeEach, expect, it } from "vitest";
import { handler } from "../../../functions/stripe_events/replay.ts";
import { handler as list } from "../../../functions/stripe_events/show.ts";
import { aForm, aVisit } from "../../support/forms.ts";
import { member, representative, sentBack } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { aFailingEvent, storedEvent } from "../../support/stored_events.ts";

const CAUSE = "stripe:http_503";

let space: TestSpace;
let path: { space: string };
beforeEach(async () => {
  space = await aSpace();
  path = { space: space.space };
});

const call = async (body: unknown) =>
  answerOf(
    await handler({
      ...aRequest({ method: "POST", path, headers: bearer(space.apiKey), body: JSON.stringify(body) }),
      routeKey: "POST /spaces/{space}/failures/replay",
    }),
  );
const now = (): string => new Date().toISOString();

it("handles again what fails by a cause, and answers how that ended", async () => {
  const id = await aFailingEvent(space, CAUSE);
  expect(await call({ cause: CAUSE, by: now() })).toEqual({
    status: 200,
    body: { replayed: 1, succeeded: 1, failed: 0, waiting: 0, left: 0, counted_all: true },
  });
  expect(await storedEvent(space, id)).toMatchObject({ status: "ignored", runs: [{}, {}] });
});

it.each([
  ["no cause", { by: "2026-11-23T12:00:00.000Z" }],
  ["no time", { cause: CAUSE }],
  ["a cause that is none", { cause: "all of them", by: "2026-11-23T12:00:00.000Z" }],
  ["an empty cause", { cause: "", by: "2026-11-23T12:00:00.000Z" }],
  ["a time that is none", { cause: CAUSE, by: "now" }],
  ["a time to come", { cause: CAUSE, by: "2999-11-23T12:00:00.000Z" }],
  ["what there is no field for", { cause: CAUSE, by: "2026-11-23T12:00:00.000Z", limit: 1_000 }],
])("refuses %s, and handles nothing", async (_what, body) => {
  const id = await aFailingEvent(space, CAUSE);
  expect(await call(body)).toMatchObject({ status: 400, body: { error: { code: "invalid_field" } } });
  expect((await storedEvent(space, id))?.runs).toHaveLength(1);
});

it("is a button on the page of problems, for a member with the token of their session", async () => {
  const id = await aFailingEvent(space, CAUSE);
  await aFailingEvent(space, CAUSE, { type: "checkout.session.completed", object: {} });
  const dana = await member(space);
  const { body: text = "" } = await list(aVisit(dana, path));
  expect(text).toContain(`action="/spaces/${space.space}/failures/replay"`);
  expect(text).toContain(`aria-label="Replay all 2: ${CAUSE}"`);
  const [, by = ""] = /name="by" value="([^"]+)"/.exec(text) ?? [];
  const typed = { cause: CAUSE, by };

  expect((await handler(aForm(dana, path, { ...typed, csrf: "forged" }))).statusCode).toBe(403);
  expect((await handler(aForm(await representative(space), path, typed))).statusCode).toBe(404);
  expect((await storedEvent(space, id))?.runs).toHaveLength(1);

  const pressed = await handler(aForm(dana, path, typed));
  expect([pressed.statusCode, pressed.headers?.location]).toEqual([303, `/spaces/${space.space}/failures`]);
  const [notice = ""] = pressed.cookies ?? [];
  const { body: after = "" } = await list(aVisit(dana, path, [sentBack(notice)]));
  expect(after).toContain("2 events were handled again: 1 succeeded, 1 failed again.");
  expect(after).not.toContain(CAUSE);

  const again = await handler(aForm(dana, path, typed));
  const [second = ""] = again.cookies ?? [];
  const { body: nothing = "" } = await list(aVisit(dana, path, [sentBack(second)]));
  expect(nothing).toContain("None of these events fails any more.");
  expect((await storedEvent(space, id))?.runs).toHaveLength(2);
});

it("shows the page again where a form was made up", async () => {
  const { statusCode, body: text } = await handler(
    aForm(await member(space), path, { cause: "<b>", by: now() }),
  );
  expect(statusCode).toBe(400);
  expect(text).toContain("<h1>Problems</h1>");
  expect(text).toContain("What was sent must be a cause");
});
