import { expect, it } from "vitest";
import { handler } from "../../../functions/stripe_events/retry.ts";
import { getReplay } from "../../../lib/replays/replay.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { ownTables } from "../../support/own_tables.ts";
import { begunReplay, manyFailing } from "../../support/replays.ts";
import { aContext } from "../../support/requests.ts";
import { aSpace } from "../../support/spaces.ts";
import { makeDue, storedEvent } from "../../support/stored_events.ts";

await ownTables();

it("runs what is due, and starts nothing that its time would not end", async () => {
  const space = await aSpace();
  const { id, body } = anEvent();
  await deliver(space, body);
  expect(await handler({}, aContext())).toEqual({ runs: 0 });
  await makeDue(space, id);
  expect(await handler({}, aContext(1_000))).toEqual({ runs: 0 });
  expect(await handler({}, aContext())).toEqual({ runs: 1 });
  expect(await storedEvent(space, id)).toMatchObject({ status: "ignored" });
});

it("goes on with the replays of a Space, of what fails and of what is finished", async () => {
  const space = await aSpace();
  const ids = await manyFailing(space, 3, "stripe:http_503", { outcome: "dead" });
  for (const filter of [{ status: "dead" }, { type: "customer.created", finished: true }] as const) {
    const { id } = await begunReplay(space, filter);
    await handler({}, aContext());
    expect(await getReplay(space.space, id)).toMatchObject({ status: "finished", succeeded: 3 });
  }
  for (const id of ids) expect((await storedEvent(space, id))?.runs).toHaveLength(3);
});
