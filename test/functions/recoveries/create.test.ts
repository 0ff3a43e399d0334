import { beforeEach, expect, it } from "vitest";
import { handler } from "../../../functions/recoveries/create.ts";
import { handler as show } from "../../../functions/spaces/show.ts";
import { withLock } from "../../../lib/dynamodb/lock.ts";
import { saveApiToken } from "../../support/api_tokens.ts";
import { ageEndpoints } from "../../support/endpoints.ts";
import { aForm, aVisit } from "../../support/forms.ts";
import { weather } from "../../support/orders.ts";
import { member, type Person, sentBack } from "../../support/people.ts";
import { anUnheardPayment, DAY_MS, HOUR_MS } from "../../support/recovery.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aNewSpace, aSpace, type TestSpace } from "../../support/spaces.ts";
import { storedEvent } from "../../support/stored_events.ts";
import { keySavedBefore } from "../../support/utilities.ts";

let space: TestSpace;
let dana: Person;
beforeEach(async () => {
  space = await aSpace();
  dana = await member(space);
  await keySavedBefore(space, DAY_MS);
});

const path = ({ space: name }: { space: string } = space) => ({ space: name });
const ask = async (of: { space: string; apiKey: string } = space) =>
  answerOf(
    await handler(aRequest({ method: "POST", path: path(of), headers: bearer(of.apiKey), body: "{}" })),
  );
const spaceNow = async () =>
  answerOf(await show(aRequest({ path: path(), headers: bearer(space.apiKey) }))).body as {
    recovery: { complete_until: string };
  };

it("puts in what Stripe has and we do not, and says what it found, here and with the Space", async () => {
  const { event } = await anUnheardPayment(space, HOUR_MS);
  const { status, body } = await ask();
  expect(status).toBe(200);
  expect(body).toMatchObject({
    complete_until: expect.any(String),
    out_of_reach: null,
    undelivered: null,
    events: { listed: 1, known: 0, put_in: 1, trouble: null },
  });
  expect(await storedEvent(space, event)).toMatchObject({ recovered: true });
  expect((await spaceNow()).recovery).toEqual(body);
});

it("is a button on the Space's page, which then says what was found, and how complete it is", async () => {
  await ageEndpoints(space, DAY_MS);
  await anUnheardPayment(space, HOUR_MS);
  const before = await show(aVisit(dana, path()));
  expect(before.body).toContain("Not compared with Stripe yet.");
  expect(before.body).toContain(`action="/spaces/${space.space}/recoveries"`);
  const { statusCode, headers, cookies = [] } = await handler(aForm(dana, path(), {}));
  expect([statusCode, headers?.location]).toEqual([303, `/spaces/${space.space}#recovery`]);
  const { body } = await show(aVisit(dana, path(), [sentBack(cookies[0] ?? "")]));
  expect(body).toContain("Stripe was asked: 1 event was missing, and put in.");
  expect(body).toMatch(/complete until <strong><time datetime="20/);
  expect(body).toMatch(/1 listed<\/td><td data-label="Here">0 known, <strong>1 added<\/strong>/);
  expect(body).toMatch(/Not delivered<\/strong> 1 event of this account.*did not come by <code>we_/s);
});

it("says what Stripe refuses, and keeps the mark", async () => {
  await ask();
  const { recovery } = await spaceNow();
  await weather(space, { rate_limit: 1, only: "/v1/events" });
  expect((await ask()).body).toMatchObject({
    complete_until: recovery.complete_until,
    events: { trouble: { code: "stripe_busy" } },
  });
  await saveApiToken(space.space, "sk_test_revoked0000000000", space.utility);
  const { cookies = [] } = await handler(aForm(dana, path(), {}));
  const { body } = await show(aVisit(dana, path(), [sentBack(cookies[0] ?? "")]));
  expect(body).toContain("Stripe could not be asked for everything. Stripe refuses this Space's key.");
});

it("is one at a time", async () => {
  await withLock(space.space, "recovery", async () => {
    expect(await ask()).toMatchObject({ status: 409, body: { error: { code: "recovery_under_way" } } });
  });
});

it("needs a key", async () => {
  expect(await ask(await aNewSpace())).toMatchObject({
    status: 409,
    body: { error: { code: "no_api_token" } },
  });
});
