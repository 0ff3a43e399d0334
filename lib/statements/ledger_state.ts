import * as v from "valibot";
import { configuration } from "../configuration.ts";
import { findRow } from "../dynamodb/find_row.ts";
import { recoveryKey } from "../dynamodb/keys.ts";

/** What recovery says of a Space's ledger. */
export type LedgerState = v.InferOutput<typeof LedgerState>;
const LedgerState = v.pipe(
  v.object({
    livemode: v.optional(v.boolean(), false),
    money: v.optional(v.object({ until: v.optional(v.string()) }), {}),
  }),
  // All of Stripe's records from before `until` (ISO 8601) are in the ledger; undefined where they were never read.
  v.transform(({ livemode, money: { until } }) => ({ livemode, until })),
);

export const ledgerState = async (space: string): Promise<LedgerState> =>
  (await findRow(LedgerState, configuration.settingsTable, recoveryKey(space))) ?? {
    livemode: false,
    until: undefined,
  };
