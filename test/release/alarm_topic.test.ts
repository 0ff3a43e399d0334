import { expect, it } from "vitest";
import { describeSubscriptions } from "../../release/alarm_topic.ts";

it.each([
  [{ confirmed: 1, pending: 0 }, "1 address has confirmed to be told"],
  [
    { confirmed: 2, pending: 1 },
    "2 addresses have confirmed to be told, 1 address has yet to open the link that SNS has mailed",
  ],
  [{ confirmed: 0, pending: 1 }, "nobody is told: 1 address has yet to open the link that SNS has mailed"],
  [{ confirmed: 0, pending: 0 }, "nobody is told: RUNBOOK.md, Alarms, says how"],
])("says of %o: %s", (subscriptions, said) => {
  expect(describeSubscriptions(subscriptions)).toBe(said);
});
