import { describeError, log } from "../log.ts";
import { type ClaimedRow, claimRow } from "./claim_row.ts";
import { type AlongWith, finishRow, type Outcome } from "./finish_row.ts";

/** How the rows of some channels are sent. `send` must not throw for what a retry could mend, nor take longer than 20 s. */
export type RowSender = {
  send: (row: ClaimedRow) => Promise<Outcome>;
  along: AlongWith;
};

/**
 * Sends a row, if nobody else does, and writes what became of it. Trouble with one row is its own: it is due again.
 * @returns undefined where another has it, or nothing could be written
 */
export async function sendRow(
  { pk, sk, outbox_at }: { pk: string; sk: string; outbox_at: string },
  { send, along }: RowSender,
): Promise<Outcome | undefined> {
  try {
    const row = await claimRow(pk, sk, outbox_at);
    return row && (await finishRow(row, await send(row), along));
  } catch (error) {
    log.error("a row of the outbox could not be sent", { sk, ...describeError(error) });
    return undefined;
  }
}
