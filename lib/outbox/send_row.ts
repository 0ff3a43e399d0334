import { describeError, log } from "../log.ts";
import { type ClaimedRow, claimRow } from "./claim_row.ts";
import { type AlongWith, finishRow, type Outcome } from "./finish_row.ts";

/** How the rows of some channels are sent. A try ends within 20 s, and what it throws is tried again, too. */
export type RowSender = {
  send: (row: ClaimedRow) => Promise<Outcome>;
  along: AlongWith;
  /** Whether nothing can be sent to anybody now: then the rest is left for later. */
  isAway?: () => boolean;
  /** How many rows are sent at once, in all and of one Space; with 1 of a Space they go in the order of their facts. */
  atOnce?: { inAll: number; ofGroup: number };
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
    return row && (await finishRow(row, await tryToSend(row, send), along));
  } catch (error) {
    log.error("a row of the outbox could not be sent", { sk, ...describeError(error) });
    return undefined;
  }
}

async function tryToSend(row: ClaimedRow, send: RowSender["send"]): Promise<Outcome> {
  try {
    return await send(row);
  } catch (error) {
    const described = describeError(error);
    log.error("a sender failed", { sk: row.sk, ...described });
    return { is: "failed", error: `the sender failed: ${described.error}` };
  }
}
