import { beforeAll, describe, expect, it } from "vitest";
import { handler } from "../../../functions/stripe_events/replay.ts";
import { handler as show } from "../../../functions/stripe_events/show.ts";
import { getEvent } from "../../../lib/stripe_events/get_event.ts";
import { processEvent } from "../../../lib/stripe_events/process_event.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { aForm, aVisit } from "../../support/forms.ts";
import { anOrder } from "../../support/orders.ts";
import { member, representative, sentBack } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { storedEvent } from "../../support/stored_events.ts";

let space: TestSpace;
let id: string;
let body: string;
beforeAll(async () => {
  space = await aSpace();
  ({ id, body } = anEvent());
  await deliver(space, body);
  const event = await storedEvent(space, id);
  if (event) await processEvent(event);
});

const call = async (event: string, headers: Record<string, string>) =>
  answerOf(await handler(aRequest({ path: { space: space.space, event }, headers })));

it("handles the event again, and answers how that ended", async () => {
  expect(await call(id, bearer(space.apiKey))).toMatchObject({
    status: 200,
    body: {
      id,
      status: "ignored",
      attempts: 2,
      payload: JSON.parse(body),
      runs: [{ outcome: "ignored" }, { outcome: "ignored" }],
    },
  });
});

it("is for the Space's own API key, and its own events", async () => {
  const other = await aSpace();
  expect(await call(id, {})).toMatchObject({ status: 401 });
  expect(await call(id, bearer(other.apiKey))).toMatchObject({ status: 404 });
  expect(await call("evt_unknown", bearer(space.apiKey))).toMatchObject({ status: 404 });
});

describe("by the form on an event's page", () => {
  const path = (event: string) => ({ space: space.space, event });
  const aCheckoutEvent = async (session?: string): Promise<string> => {
    const made = anEvent({ type: "checkout.session.completed", object: { id: session } });
    await deliver(space, made.body);
    const event = await storedEvent(space, made.id);
    if (event) await processEvent(event);
    return made.id;
  };

  it.each([
    ["there was nothing to do", async () => id, "The event was handled again, and there was nothing to do."],
    [
      "it succeeded",
      async () => await aCheckoutEvent((await anOrder(space)).checkout_session),
      "The event was handled again, and succeeded.",
    ],
    [
      "it is given up again",
      async () => await aCheckoutEvent(),
      "The event was handled again, and is given up again. Its last run says why.",
    ],
  ])("it is handled again, and its page says once that %s", async (_what, event, says) => {
    const dana = await member(space);
    const which = await event();
    const { runs } = await getEvent(space.space, which);
    const { statusCode, headers, cookies = [] } = await handler(aForm(dana, path(which), {}));
    expect([statusCode, headers?.location]).toEqual([303, `/spaces/${space.space}/stripe_events/${which}`]);
    expect((await getEvent(space.space, which)).runs).toHaveLength(runs.length + 1);
    const [notice = ""] = cookies;
    const { body: text } = await show(aVisit(dana, path(which), [sentBack(notice)]));
    expect(text).toContain(says);
    expect((await show(aVisit(dana, path(which)))).body).not.toContain(says);
  });

  it("it is not handled again while it is being handled, and the page says so", async () => {
    const made = anEvent();
    await deliver(space, made.body);
    const { statusCode, body: text } = await handler(aForm(await member(space), path(made.id), {}));
    expect(statusCode).toBe(409);
    expect(text).toContain("This event is being handled right now. Look again in a moment.");
    expect(text).toContain("<h1>customer.created</h1>");
    expect((await getEvent(space.space, made.id)).runs).toHaveLength(1);
  });

  it("it is a member's to do, with the token of their session", async () => {
    const { runs } = await getEvent(space.space, id);
    const forged = await handler(aForm(await member(space), path(id), { csrf: "forged" }));
    expect(forged.statusCode).toBe(403);
    const theirs = await handler(aForm(await representative(space), path(id), {}));
    expect(theirs.statusCode).toBe(404);
    expect((await getEvent(space.space, id)).runs).toEqual(runs);
  });
});
