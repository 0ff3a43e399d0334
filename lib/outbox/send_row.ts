import { describeError, log } from "../log.ts";
import { type ClaimedRow, claimRow } from "./claim_row.ts";
import { type AlongWith, finishRow, type Outcome } from "./finish_row.ts";

/** A row as the index or the stream has it. */
export type FoundRow = { pk: string; sk: string; space: string; outbox_at: string };

/** How the rows of some channels are sent. A try ends within 20 s, and what it throws is tried again, too. */
export type RowSender = {
  send: (row: ClaimedRow) => Promise<Outcome>;
  along: AlongWith;
  /** Before each row: `skip` leaves it for later, and `stop` all of its Space's that come after it, too. */
  before?: (row: FoundRow) => "send" | "skip" | "stop";
  /** How many rows are sent at once, in all and of one Space; with 1 of a Space they go in the order of their facts. */
  atOnce?: { inAll: number; ofGroup: number };
};

/**
 * Sends a row, if nobody else does, and writes what became of it. Trouble with one row is its own: it is due again.
 * @returns undefined where another has it, or nothing could be written
 */
export async function sendRow(
  { pk, sk, outbox_at }: Pick<FoundRow, "pk" | "sk" | "outbox_at">,
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
