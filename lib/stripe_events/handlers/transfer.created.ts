import type { Handler } from "../handler.ts";
import { settleTransfer } from "../settle_transfer.ts";

/** Somebody was sent money: by us, by hand, or by another program of the Distributor's. */
export const transferCreated: Handler<"transfer.created"> = (event, context) =>
  settleTransfer(event, context);
