import type { Handler } from "../handler.ts";
import { settleTransfer } from "../settle_transfer.ts";

/** What was sent was taken back, in whole or in part. */
export const transferReversed: Handler<"transfer.reversed"> = (event, context) =>
  settleTransfer(event, context);
