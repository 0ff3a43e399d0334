import type Stripe from "stripe";
import * as v from "valibot";
import { formatMoney } from "../../../lib/money/format_money.ts";
import { type ApiError, invalidParam, invalidRequest } from "../api/errors.ts";
import { getOrThrow } from "../api/get_or_throw.ts";
import { listPage, whereField } from "../api/lists.ts";
import { mergeMetadata, param, parse } from "../api/params.ts";
import type { Handler } from "../api/request.ts";
import { retrieve } from "../api/retrieve.ts";
import { newId } from "../core/ids.ts";
import type { Scope } from "../core/objects.ts";
import { emit, pendingEvent } from "../events/emit.ts";
import { findAccount, getAccount } from "../state/accounts.ts";
import { accountTime } from "../state/clock.ts";
import { isConnected } from "../state/connections.ts";
import type { Simulator } from "../state/simulator.ts";
import { newCharge } from "./charges.ts";
import { availableIn, record } from "./ledger.ts";

/* Separate charges and transfers (https://docs.stripe.com/connect/separate-charges-and-transfers). */

export const retrieveTransfer = retrieve("transfer");

const ListTransfers = v.strictObject({
  ...param.paging,
  created: v.optional(param.range),
  destination: v.optional(param.text()),
  transfer_group: v.optional(param.text()),
});

/** https://docs.stripe.com/api/transfers/list */
export const listTransfers: Handler = ({ params, scope }, simulator) => {
  const { created, destination, transfer_group, ...paging } = parse(ListTransfers, params);
  const where = [...whereField("destination", destination), ...whereField("transfer_group", transfer_group)];
  return listPage(simulator, scope, { kind: "transfer", url: "/v1/transfers", created, where }, paging);
};

const UpdateTransfer = v.strictObject({
  description: v.optional(param.text(1000)),
  metadata: v.optional(param.metadata, {}),
});

/** https://docs.stripe.com/api/transfers/update */
export const updateTransfer: Handler = ({ cause, params, path, scope }, simulator) => {
  const before = getOrThrow(simulator, "transfer", scope, path("id"));
  const { description = before.description, metadata } = parse(UpdateTransfer, params);
  const transfer = simulator.store.update("transfer", {
    ...before,
    description,
    metadata: mergeMetadata(before.metadata, metadata),
  });
  emit(simulator, scope, cause, [
    pendingEvent("transfer.updated", transfer, {
      description: before.description,
      metadata: before.metadata,
    }),
  ]);
  return transfer;
};

const CreateTransfer = v.strictObject({
  amount: v.optional(param.integer(1)),
  currency: param.currency,
  destination: param.text(),
  description: v.optional(param.text(1000)),
  metadata: v.optional(param.metadata, {}),
  source_transaction: v.optional(param.text()),
  source_type: v.optional(v.picklist(["bank_account", "card", "fpx"])),
  transfer_group: v.optional(param.text()),
});

/** https://docs.stripe.com/api/transfers/create */
export const createTransfer: Handler = ({ cause, params, scope }, simulator) => {
  const wanted = parse(CreateTransfer, params);
  if (wanted.amount === undefined && !wanted.source_transaction)
    throw invalidParam("amount", "Missing required param: amount.", "parameter_missing");
  assertCanReceive(simulator, scope, wanted.destination);
  const source = wanted.source_transaction
    ? sourceOf(simulator, scope, wanted.source_transaction)
    : undefined;
  const amount = wanted.amount ?? source?.settled.amount ?? 0;
  if (source) assertCovered(simulator, scope, source, { ...wanted, amount });
  else if (amount > availableIn(simulator, scope, wanted.currency)) throw insufficientFunds();

  const group = source ? groupOf(simulator, source.charge, wanted.transfer_group) : wanted.transfer_group;
  const created = accountTime(simulator, scope.account);
  const [id, destination_payment] = [newId.transfer(), newId.destinationPayment()];
  const { currency, destination, description = null } = wanted;
  const receiver = { account: destination, livemode: scope.livemode };
  const movement = {
    reporting_category: "transfer",
    currency,
    description,
    ...(source && { available_on: source.settled.available_on }), // the funds come when the charge's do
  };
  const sent = record(simulator, scope, { ...movement, type: "transfer", source: id, amount: -amount });
  const received = record(simulator, receiver, {
    ...movement,
    type: "payment",
    reporting_category: "charge",
    source: destination_payment,
    amount,
  });
  simulator.store.insert(
    "charge",
    receiver,
    newCharge({
      id: destination_payment,
      amount,
      amount_captured: amount,
      balance_transaction: received.id,
      captured: true,
      created: received.created,
      currency,
      description,
      livemode: scope.livemode,
      paid: true,
      payment_method_details: { stripe_account: {}, type: "stripe_account" },
      source_transfer: id,
      status: "succeeded",
    }),
  );
  const transfer = simulator.store.insert("transfer", scope, {
    id,
    object: "transfer",
    amount,
    amount_reversed: 0,
    balance_transaction: sent.id,
    created,
    currency,
    description,
    destination,
    destination_payment,
    livemode: scope.livemode,
    metadata: wanted.metadata,
    reversals: listOfReversals(id, []),
    reversed: false,
    source_transaction: source?.charge.id ?? null,
    source_type: wanted.source_type ?? "card",
    transfer_group: group ?? null,
  });
  emit(simulator, scope, cause, [pendingEvent("transfer.created", transfer)]);
  return transfer;
};

/** The latest ten reversals of a transfer, which it holds itself. */
export const listOfReversals = (
  transfer: string,
  reversals: Stripe.TransferReversal[],
): Stripe.Transfer["reversals"] & { total_count: number } => ({
  object: "list",
  data: reversals.slice(0, 10),
  has_more: reversals.length > 10,
  total_count: reversals.length,
  url: `/v1/transfers/${transfer}/reversals`,
});

/** Where a platform can send money besides its own country
 *  (https://docs.stripe.com/connect/separate-charges-and-transfers#cross-border-transfers). */
const CROSS_BORDER = new Set(
  `AT BE BG CA CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK US`.split(
    " ",
  ),
);

function assertCanReceive(simulator: Simulator, scope: Scope, destination: string): void {
  const account = findAccount(simulator, destination);
  if (!account || !isConnected(simulator, scope.account, { ...scope, account: destination }))
    throw invalidRequest(`No such destination: '${destination}'`, {
      code: "resource_missing",
      param: "destination",
    });
  if (account.requirements?.disabled_reason?.startsWith("rejected"))
    throw invalidRequest(`The account '${destination}' was rejected; it cannot receive transfers.`, {
      code: "transfers_not_allowed",
      param: "destination",
    });
  // An account for which no capability was ever requested has the one that Stripe calls legacy_payments, on which
  // `stripe trigger transfer.created` relies.
  if ((account.capabilities?.transfers ?? "active") !== "active")
    throw invalidRequest(
      "Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments",
      { code: "insufficient_capabilities_for_transfer" },
    );
  const [from = "", to = ""] = [getAccount(simulator, scope.account).country, account.country];
  if (from !== to && !(CROSS_BORDER.has(from) && CROSS_BORDER.has(to)))
    throw invalidRequest(
      `Funds can't be sent to accounts located in ${to} because it's restricted outside of your platform's region. Learn more here: https://stripe.com/docs/connect/account-capabilities#transfers-cross-border.`,
      { code: "transfers_not_allowed" },
    );
}

interface Source {
  charge: Stripe.Charge;
  settled: Stripe.BalanceTransaction;
}

function sourceOf({ store }: Simulator, scope: Scope, id: string): Source {
  const charge = store.get("charge", scope, id);
  if (!charge)
    throw invalidRequest(`No such source_transaction: '${id}'`, {
      code: "resource_missing",
      param: "source_transaction",
    });
  if (!charge.paid || !charge.captured)
    throw invalidRequest("The source_transaction must be a successful, captured charge.", {
      param: "source_transaction",
    });
  const settled = store.get("balance_transaction", scope, String(charge.balance_transaction));
  // Stripe accepts it and moves the money later; this simulator does not play that, since its amount is not known yet.
  if (!settled)
    throw invalidRequest(
      "This simulator does not play transfers from a charge that has no balance transaction yet.",
      { param: "source_transaction" },
    );
  return { charge, settled };
}

/** All transfers from a charge together may not exceed it, and one that was reversed still counts. */
function assertCovered(
  simulator: Simulator,
  scope: Scope,
  { charge, settled }: Source,
  {
    amount,
    currency,
    transfer_group,
  }: { amount: number; currency: string; transfer_group?: string | undefined },
): void {
  if (currency !== settled.currency)
    throw invalidRequest(
      `The currency of source_transaction's balance transaction (${settled.currency}) must be the same as the transfer currency (${currency})`,
      { param: "currency" },
    );
  if (transfer_group && charge.transfer_group && transfer_group !== charge.transfer_group)
    throw invalidRequest(
      `The transfer_group must be that of the source_transaction, '${charge.transfer_group}'.`,
      { param: "transfer_group" },
    );
  const already = Number(
    simulator.store.first(
      `SELECT sum(body ->> '$.amount') AS total FROM objects WHERE object = 'transfer' AND account = ? AND livemode = ?
       AND body ->> '$.source_transaction' = ?`,
      scope.account,
      Number(scope.livemode),
      charge.id,
    )?.total ?? 0,
  );
  if (already + amount <= settled.amount) return;
  const total = `Transfers using this transaction as a source must not exceed the source amount of ${formatMoney(settled.amount, currency)}.`;
  throw invalidRequest(
    already === 0
      ? total
      : `${total} (There is already a transfer using this source, amounting to ${formatMoney(already, currency)}.)`,
  );
}

/** A charge that has no group gets one by its first transfer, and its PaymentIntent too. */
function groupOf({ store }: Simulator, charge: Stripe.Charge, wanted: string | undefined): string {
  if (charge.transfer_group) return charge.transfer_group;
  const transfer_group = wanted ?? `group_${charge.payment_intent ?? charge.id}`;
  store.update("charge", { ...charge, transfer_group });
  const intent = store.find("payment_intent", String(charge.payment_intent))?.object;
  if (intent) store.update("payment_intent", { ...intent, transfer_group });
  return transfer_group;
}

const insufficientFunds = (): ApiError =>
  invalidRequest(
    "You have insufficient available funds in your Stripe account. Try adding funds directly to your available balance by creating Charges using the 4000000000000077 test card. See: https://stripe.com/docs/testing#available-balance",
    { code: "balance_insufficient" },
  );
