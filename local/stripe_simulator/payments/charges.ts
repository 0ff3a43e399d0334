import * as v from "valibot";
import { found } from "../api/get_or_throw.ts";
import { page, whereCreated, whereField } from "../api/lists.ts";
import { param, parse } from "../api/params.ts";
import type { Handler } from "../api/request.ts";
import type { Kind } from "../core/objects.ts";

const retrieve =
  (kind: Kind): Handler =>
  ({ params, path, scope }, world) => {
    parse(v.strictObject({}), params);
    return found(world, kind, scope, path("id"));
  };

export const retrievePaymentIntent = retrieve("payment_intent");
export const retrieveCharge = retrieve("charge");
export const retrieveBalanceTransaction = retrieve("balance_transaction");

const ListPaymentIntents = v.strictObject({ ...param.paging, created: v.optional(param.range) });

export const listPaymentIntents: Handler = ({ params, scope }, world) => {
  const { created, ...paging } = parse(ListPaymentIntents, params);
  const where = whereCreated(created);
  return page(world, scope, { kind: "payment_intent", url: "/v1/payment_intents", where }, paging);
};

const ListCharges = v.strictObject({
  ...param.paging,
  created: v.optional(param.range),
  payment_intent: v.optional(param.text()),
  transfer_group: v.optional(param.text()),
});

export const listCharges: Handler = ({ params, scope }, world) => {
  const { created, payment_intent, transfer_group, ...paging } = parse(ListCharges, params);
  const where = [
    ...whereCreated(created),
    ...whereField("payment_intent", payment_intent ? [payment_intent] : []),
    ...whereField("transfer_group", transfer_group ? [transfer_group] : []),
  ];
  return page(world, scope, { kind: "charge", url: "/v1/charges", where }, paging);
};
