import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { spaceOutboxKey } from "../../../lib/dynamodb/keys.ts";
import { OutboxRow } from "../../../lib/outbox/outbox_row.ts";
import { replayEvent } from "../../../lib/stripe_events/replay_event.ts";
import { warnOfFailures } from "../../../lib/stripe_events/warn_of_failures.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { aFailingEvent } from "../../support/stored_events.ts";

const HOUR_MS = 60 * 60_000;
const CAUSE = "handler:TypeError@settle.ts";

let space: TestSpace;
beforeEach(async () => {
  vi.stubEnv("MAIL_FROM", "orders@convene.example");
  space = await aSpace();
});
afterEach(() => {
  vi.useRealTimers();
});

/** What members were told so far, by its fact. */
async function told(): Promise<OutboxRow[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: configuration.ordersTable,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": spaceOutboxKey(space.space, "", "members").pk },
      ConsistentRead: true,
    }),
  );
  return v
    .parse(v.array(OutboxRow), Items)
    .sort((one, other) => (one.written_at < other.written_at ? -1 : 1));
}
const entries = async () =>
  (await told()).map(({ fact }) => `${fact.split("#")[1]} ${fact.split(/@20/)[0]}`).sort();

/** The same failing for so many hours. */
const failing = (hours: number, outcome: "dead" | "retrying" = "retrying", cause = CAUSE) =>
  aFailingEvent(space, cause, { outcome, began: new Date(Date.now() - hours * HOUR_MS) });

it("calls nobody for what Stripe does not have: it is looked for once more, and let be", async () => {
  await failing(1.1, "retrying", "stripe:resource_missing");
  await warnOfFailures(space.space);
  expect(await told()).toEqual([]);
});

it("tells of a cause once, however many events it has and however often one looks", async () => {
  await failing(0.5);
  await warnOfFailures(space.space);
  expect(await told()).toEqual([]);
  for (let n = 0; n < 5; n++) await failing(2);
  await failing(2, "dead");
  for (const _look of [1, 2, 3]) await warnOfFailures(space.space);
  expect(await told()).toMatchObject([
    {
      channel: "members",
      topic: "events.failing",
      detail: expect.stringMatching(/^7 events fail by it, .*: 1 given up, 6 retried automatically\.$/),
    },
  ]);
  await failing(0, "dead", "stripe:no_api_token");
  await warnOfFailures(space.space);
  expect(await entries()).toEqual([`failing ${CAUSE}`, "failing stripe:no_api_token"]);
});

it("tells it again where it lasts for a day, then no more, and once that it is over", async () => {
  const began = Date.now();
  const id = await failing(2, "dead");
  const look = async (hours: number) => {
    vi.setSystemTime(began + hours * HOUR_MS);
    await warnOfFailures(space.space);
    return await entries();
  };
  for (const hours of [0, 1, 23]) expect(await look(hours)).toEqual([`failing ${CAUSE}`]);
  for (const hours of [25, 26, 60, 90])
    expect(await look(hours)).toEqual([`failing ${CAUSE}`, `failing_again ${CAUSE}`]);
  await replayEvent(space.space, id, "a test");
  for (const hours of [91, 92])
    expect(await look(hours)).toEqual([
      `failing ${CAUSE}`,
      `failing_again ${CAUSE}`,
      `failing_over ${CAUSE}`,
    ]);
  await failing(2, "dead");
  expect((await look(93)).filter((entry) => entry === `failing ${CAUSE}`)).toHaveLength(2);
});

it("tells it once of two looks at the same moment", async () => {
  await failing(2);
  await Promise.all([1, 2, 3].map(() => warnOfFailures(space.space)));
  expect(await entries()).toEqual([`failing ${CAUSE}`]);
});

it("tells some of many causes by one look, and the others by the next", async () => {
  for (let n = 0; n < 25; n++) await failing(2, "dead", `handler:Error@${String.fromCharCode(97 + n)}.ts`);
  await warnOfFailures(space.space);
  expect(await told()).toHaveLength(20);
  await warnOfFailures(space.space);
  expect(await told()).toHaveLength(25);
});

it("tells nobody, and keeps nothing, where no mails are sent", async () => {
  vi.stubEnv("MAIL_FROM", "");
  await failing(2, "dead");
  await warnOfFailures(space.space);
  expect(await told()).toEqual([]);
});
