import * as v from "valibot";
import { listPage, whereField } from "../api/lists.ts";
import { param, parse } from "../api/params.ts";
import type { Handler } from "../api/request.ts";
import { retrieve } from "../api/retrieve.ts";
import { wherePaidOut } from "./payouts.ts";

export const retrieveBalanceTransaction = retrieve("balance_transaction");

const ListBalanceTransactions = v.strictObject({
  ...param.paging,
  created: v.optional(param.range),
  currency: v.optional(param.currency),
  payout: v.optional(param.text()),
  source: v.optional(param.text()),
  type: v.optional(param.text()),
});

/** https://docs.stripe.com/api/balance_transactions/list. */
export const listBalanceTransactions: Handler = ({ params, scope }, simulator) => {
  const { created, currency, payout, source, type, ...paging } = parse(ListBalanceTransactions, params);
  const where = [
    ...whereField("currency", currency),
    ...whereField("source", source),
    ...whereField("type", type),
    ...wherePaidOut(payout),
  ];
  const url = "/v1/balance_transactions";
  return listPage(simulator, scope, { kind: "balance_transaction", url, created, where }, paging);
};
