import { beforeEach, describe, expect, it } from "vitest";
import { handler } from "../../../functions/stripe_events/replay.ts";
import { handler as show } from "../../../functions/stripe_events/show.ts";
import { aForm, aVisit } from "../../support/forms.ts";
import { member, type Person, representative } from "../../support/people.ts";
import { begunReplay, manyFailing } from "../../support/replays.ts";
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

const now = (): string => new Date().toISOString();
const program = () => ({ path, headers: bearer(space.apiKey) });

const ofReplay = (headers: Record<string, string>, place: { space: string; replay: string }) => ({
  read: async () =>
    answerOf(
      await show({ ...aRequest({ path: place, headers }), routeKey: "GET /spaces/{space}/replays/{replay}" }),
    ),
  stop: async () =>
    answerOf(
      await handler({
        ...aRequest({ path: place, headers, method: "POST" }),
        routeKey: "POST /spaces/{space}/replays/{replay}/stop",
      }),
    ),
});
const begin = async (body: unknown) =>
  answerOf(
    await handler({
      ...aRequest({ ...program(), method: "POST", body: JSON.stringify(body) }),
      routeKey: "POST /spaces/{space}/replays",
    }),
  );
const ask = async (query?: Record<string, string>) =>
  answerOf(
    await show({
      ...aRequest({ ...program(), ...(query && { query }) }),
      routeKey: "GET /spaces/{space}/replays",
    }),
  );
const pageOf = async (person: Person, query: Record<string, string> = {}) => {
  const visit = aVisit(person, path);
  const { statusCode, body = "" } = await show({
    ...visit,
    queryStringParameters: query,
    routeKey: "GET /spaces/{space}/replays",
  });
  return { statusCode, text: body };
};
const replayPage = async (person: Person, replay: string) => await show(aVisit(person, { ...path, replay }));

describe("for programs", () => {
  it("a preview says how many, and some of them, and handles nothing", async () => {
    const ids = await manyFailing(space, 7, CAUSE);
    const { status, body } = await ask({ cause: CAUSE });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      data: [],
      preview: { filter: { cause: CAUSE }, as_of: expect.any(String), total: 7, counted_all: true },
    });
    const { samples } = body.preview;
    expect(samples).toHaveLength(5);
    expect(ids).toContain(samples[0].id);
    for (const id of ids) expect((await storedEvent(space, id))?.runs).toHaveLength(1);
  });

  it("its answer begins it, once, and how far it came can be read", async () => {
    const id = await aFailingEvent(space, CAUSE);
    const { body } = await ask({ cause: CAUSE, type: "customer.*" });
    const { filter, as_of } = body.preview;
    const first = await begin({ ...filter, as_of });
    expect(first).toMatchObject({
      status: 201,
      body: { status: "finished", total: 1, succeeded: 1, left: 0 },
    });
    expect(await begin({ ...filter, as_of })).toEqual({ status: 200, body: first.body });
    expect(await ask()).toEqual({ status: 200, body: { data: [first.body], preview: null } });
    const { read } = ofReplay(bearer(space.apiKey), { ...path, replay: first.body.id });
    expect(await read()).toEqual({ status: 200, body: first.body });
    expect(await storedEvent(space, id)).toMatchObject({ status: "ignored", runs: [{}, {}] });
  });

  it("finished events take a second tick", async () => {
    const id = await aFailingEvent(space, CAUSE);
    await begin({ cause: CAUSE, as_of: now() });
    expect(await begin({ type: "customer.created", as_of: now() })).toMatchObject({
      status: 409,
      body: { error: { code: "nothing_to_replay" } },
    });
    const { preview } = (await ask({ type: "customer.created", finished: "true" })).body;
    expect(preview.filter).toEqual({ type: "customer.created", finished: true });
    expect(await begin({ ...preview.filter, as_of: preview.as_of })).toMatchObject({
      status: 201,
      body: { total: 1, succeeded: 1 },
    });
    expect((await storedEvent(space, id))?.runs).toHaveLength(3);
  });

  it.each([
    ["no filter", {}],
    ["the tick alone", { finished: true }],
    ["no moment", { cause: CAUSE, as_of: undefined }],
    ["a moment that is none", { cause: CAUSE, as_of: "now" }],
    ["a moment to come", { cause: CAUSE, as_of: "2999-11-23T12:00:00.000Z" }],
    ["a cause that is none", { cause: "all of them" }],
    ["an empty cause", { cause: "" }],
    ["a finished status without the tick", { status: "succeeded" }],
    ["what there is no field for", { cause: CAUSE, limit: 1_000 }],
    ["a Marketplace of nobody's", { marketplace: "00000000-0000-4000-8000-000000000000" }],
  ])("refuses %s, and handles nothing", async (_what, body) => {
    const id = await aFailingEvent(space, CAUSE);
    expect(await begin({ as_of: now(), ...body })).toMatchObject({
      status: 400,
      body: { error: { code: "invalid_field" } },
    });
    expect((await storedEvent(space, id))?.runs).toHaveLength(1);
  });

  it("another Space's replay is not there, and cannot be stopped", async () => {
    const other = await aSpace();
    await aFailingEvent(other, CAUSE);
    const { id: replay } = await begunReplay(other, { cause: CAUSE });
    const foreign = ofReplay(bearer(space.apiKey), { ...path, replay });
    expect([(await foreign.read()).status, (await foreign.stop()).status]).toEqual([404, 404]);
    const own = ofReplay(bearer(other.apiKey), { space: other.space, replay });
    expect(await own.read()).toMatchObject({ status: 200, body: { status: "running" } });
    expect(await own.stop()).toMatchObject({ status: 200, body: { status: "stopped" } });
  });
});

describe("for people", () => {
  it("problems lead to a preview, whose button begins what it shows, and that to how far it is", async () => {
    const id = await aFailingEvent(space, CAUSE);
    await aFailingEvent(space, CAUSE, { type: "checkout.session.completed", object: {} });
    const dana = await member(space);
    const { body: problems = "" } = await show(aVisit(dana, path));
    expect(problems).toContain(`href="/spaces/${space.space}/replays?cause=stripe%3Ahttp_503"`);
    expect(problems).toContain("Replay all 2…");

    const { text } = await pageOf(dana, { cause: CAUSE });
    expect(text).toContain(">2 events</h2>");
    expect(text).toContain(`Failing because of ${CAUSE}, as of <time`);
    expect(text).toContain(`href="/spaces/${space.space}/stripe_events/${id}"`);
    expect(text).toContain("Replay these 2 events");
    const [, as_of = ""] = /name="as_of" value="([^"]+)"/.exec(text) ?? [];
    const typed = { cause: CAUSE, as_of };

    expect((await handler(aForm(dana, path, { ...typed, csrf: "forged" }))).statusCode).toBe(403);
    expect((await handler(aForm(await representative(space), path, typed))).statusCode).toBe(404);
    expect((await storedEvent(space, id))?.runs).toHaveLength(1);

    const pressed = await handler(aForm(dana, path, typed));
    const [, replay = ""] = /\/replays\/(\w+)$/.exec(pressed.headers?.location?.toString() ?? "") ?? [];
    expect(pressed.statusCode).toBe(303);
    const { body: after = "", headers } = await replayPage(dana, replay);
    expect(after).toContain("2 of 2 replayed.");
    expect(after).toContain("<dt>Failed again</dt><dd>1</dd>");
    expect(after).toContain(`<a href="/spaces/${space.space}/failures">What failed again, by cause</a>`);
    expect(after).not.toContain("Stop");
    expect(headers).not.toHaveProperty("refresh");

    // The same form once more leads to the same.
    expect((await handler(aForm(dana, path, typed))).headers?.location).toBe(pressed.headers?.location);
    expect((await storedEvent(space, id))?.runs).toHaveLength(2);
    const { body: later = "" } = await show(aVisit(dana, path));
    expect(later).toContain(`href="/spaces/${space.space}/replays/${replay}">2 events</a>`);
  });

  it("one that runs looks again by itself, and has a button that stops it", async () => {
    await manyFailing(space, 3, CAUSE);
    const { id: replay } = await begunReplay(space, { cause: CAUSE });
    const dana = await member(space);
    const { body: text = "", headers } = await replayPage(dana, replay);
    expect(text).toContain(">Running</strong>");
    expect(text).toContain('<progress max="3" value="0"');
    expect(headers).toMatchObject({ refresh: "10" });
    const place = { ...path, replay };
    expect((await handler(aForm(dana, place, { csrf: "forged" }))).statusCode).toBe(403);
    expect((await handler(aForm(await representative(space), place, {}))).statusCode).toBe(404);
    const { statusCode, headers: sent } = await handler(aForm(dana, place, {}));
    expect([statusCode, sent?.location]).toEqual([303, `/spaces/${space.space}/replays/${replay}`]);
    const { body: stopped = "" } = await replayPage(dana, replay);
    expect(stopped).toContain(">Stopped</strong>");
    expect(stopped).toContain(`<dt>Stopped by</dt><dd>${dana.email}</dd>`);
    expect(stopped).toContain("<dt>Left</dt><dd>3</dd>");
  });

  it("what was typed wrong is said at its field, and an empty form shows nothing to replay", async () => {
    const dana = await member(space);
    const wrong = await pageOf(dana, { type: "Charge", from: "now", status: "dead" });
    expect(wrong.text).toContain("Type must be a type of Stripe");
    expect(wrong.text).toContain("From must be a time of UTC");
    expect(wrong.text).toContain('<option value="dead" selected>');
    const ticked = await pageOf(dana, { finished: "true" });
    expect(ticked.text).toContain("What was sent must say which events");
    const empty = await pageOf(dana, { cause: "", status: "", type: "" });
    expect([wrong, ticked, empty].map(({ statusCode }) => statusCode)).toEqual([400, 400, 200]);
    expect(wrong.text).toMatch(/<input id="type"[^>]* autofocus/);
    const untold = await pageOf(dana, { status: "succeeded" });
    expect(untold.text).toMatch(/<input type="checkbox" name="finished"[^>]* aria-invalid="true" autofocus/);
    for (const { text } of [wrong, ticked, empty, untold]) expect(text).not.toContain("Replay these");
  });

  it("a form that was made up is refused on the page", async () => {
    const dana = await member(space);
    const { statusCode, body: text = "" } = await handler(aForm(dana, path, { cause: "<b>", as_of: now() }));
    expect(statusCode).toBe(400);
    expect(text).toContain("<h1>Replay events</h1>");
    expect(text).toContain("What was sent must be a cause");
  });
});
