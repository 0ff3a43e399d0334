import * as v from "valibot";
import { after, iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { REFUSED_DELIVERIES, refusedDeliveriesKey, refusedDeliveriesPrefix } from "../dynamodb/keys.ts";
import { allRows } from "../dynamodb/pages.ts";
import {
  REFUSAL_REASONS,
  REFUSALS_KEPT_MS,
  type RefusalReason,
  type Refusals,
} from "./refused_deliveries.ts";

const Counted = v.object({ times: v.number(), first_at: v.string(), last_at: v.string() });

/** What was refused at the URL of a Marketplace, or of the Space: of each hour and reason, the oldest first. */
export async function readRefusals(
  space: string,
  row: string,
): Promise<(Refusals & { reason: RefusalReason })[]> {
  const rows = await allRows({
    TableName: configuration.settingsTable,
    KeyConditionExpression: "pk = :refused AND sk BETWEEN :from AND :to",
    ExpressionAttributeValues: {
      ":refused": REFUSED_DELIVERIES,
      // What is expired may be there for days more.
      ":from": refusedDeliveriesKey(space, row, iso(after(now(), -REFUSALS_KEPT_MS))).sk,
      ":to": `${refusedDeliveriesPrefix(space, row)}~`,
    },
  });
  return rows.flatMap((hour) =>
    REFUSAL_REASONS.flatMap((reason) => {
      const [times, first_at, last_at] = ["times", "first_at", "last_at"].map(
        (what) => hour[`${reason}_${what}`],
      );
      const counted = v.safeParse(Counted, { times, first_at, last_at });
      return counted.success ? [{ reason, ...counted.output }] : [];
    }),
  );
}
