import { expect, it } from "vitest";
import { handler } from "../../../functions/stripe_events/retry.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { ownTables } from "../../support/own_tables.ts";
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
