import type Stripe from "stripe";
import * as v from "valibot";
import { formatMoney } from "../../../lib/money/format_money.ts";
import { invalidRequest, resourceMissing } from "../api/errors.ts";
import { getOrThrow } from "../api/get_or_throw.ts";
import { listPage } from "../api/lists.ts";
import { assertNoParams, mergeMetadata, param, parse } from "../api/params.ts";
import type { Call, Handler } from "../api/request.ts";
import type { Cause } from "../core/cause.ts";
import { newId } from "../core/ids.ts";
import type { Scope } from "../core/objects.ts";
import { emit, pendingEvent } from "../events/emit.ts";
import { accountTime } from "../state/clock.ts";
import { isConnected } from "../state/connections.ts";
import { faultsOf } from "../state/faults.ts";
import type { Simulator } from "../state/simulator.ts";
import { availableIn, record } from "./ledger.ts";
import { newRefund } from "./new_refund.ts";
import { listOfReversals } from "./transfers.ts";

const CreateReversal = v.strictObject({
  amount: v.optional(param.integer(1)),
  description: v.optional(param.text(1000)),
  metadata: v.optional(param.metadata, {}),
  refund_application_fee: v.optional(param.boolean),
});

/** https://docs.stripe.com/api/transfer_reversals/create */
export const createReversal: Handler = ({ cause, params, path, scope }, simulator) => {
  const transfer = getOrThrow(simulator, "transfer", scope, path("id"));
  return reverseTransfer(simulator, scope, transfer, parse(CreateReversal, params), cause);
};

export function reverseTransfer(
  simulator: Simulator,
  scope: Scope,
  before: Stripe.Transfer,
  wanted: Partial<v.InferOutput<typeof CreateReversal>>,
  cause: Cause,
): Stripe.TransferReversal {
  const left = before.amount - before.amount_reversed;
  const { amount = left, metadata = {}, description = null } = wanted;
  assertLeft(before, amount, left);
  const receiver = { account: String(before.destination), livemode: scope.livemode };
  assertTakeable(simulator, scope, receiver, before, amount);

  const created = accountTime(simulator, scope.account);
  const { currency } = before;
  const [id, destination_payment_refund] = [newId.transferReversal(), newId.destinationPaymentRefund()];
  const movement = { currency, description };
  const back = record(simulator, scope, {
    ...movement,
    type: "transfer_refund",
    reporting_category: "transfer_reversal",
    source: id,
    amount,
  });
  const taken = record(simulator, receiver, {
    ...movement,
    type: "payment_refund",
    reporting_category: "refund",
    source: destination_payment_refund,
    amount: -amount,
  });
  refundDestinationPayment(simulator, receiver, before, amount);
  simulator.store.insert(
    "refund",
    receiver,
    newRefund({
      id: destination_payment_refund,
      amount,
      balance_transaction: taken.id,
      charge: String(before.destination_payment),
      created: taken.created,
      currency,
      source_transfer_reversal: id,
      status: "succeeded",
    }),
  );
  const reversal = simulator.store.insert(
    "transfer_reversal",
    scope,
    {
      id,
      object: "transfer_reversal",
      amount,
      balance_transaction: back.id,
      created,
      currency,
      destination_payment_refund,
      metadata,
      source_refund: null,
      transfer: before.id,
    },
    before.id,
  );
  const transfer = simulator.store.update("transfer", {
    ...before,
    amount_reversed: before.amount_reversed + amount,
    reversals: reversalsOf(simulator, before.id),
    reversed: amount === left,
  });
  emit(simulator, scope, cause, [pendingEvent("transfer.reversed", transfer)]);
  return reversal;
}

function assertLeft({ currency }: Stripe.Transfer, amount: number, left: number): void {
  if (left === 0) throw invalidRequest("This transfer has already been fully reversed.");
  if (amount > left)
    throw invalidRequest(
      `Reversal amount (${formatMoney(amount, currency)}) is greater than unreversed amount on transfer (${formatMoney(left, currency)})`,
      { param: "amount" },
    );
}

/** Only what the destination has available can be taken back, and only while it is connected. */
function assertTakeable(
  simulator: Simulator,
  scope: Scope,
  receiver: Scope,
  { currency }: Stripe.Transfer,
  amount: number,
): void {
  if (!isConnected(simulator, scope.account, receiver))
    throw invalidRequest(`The account '${receiver.account}' is not connected to your platform any more.`, {
      code: "account_invalid",
    });
  const refused = faultsOf(simulator, scope.account).reversal_refused;
  if (refused || amount > availableIn(simulator, receiver, currency))
    throw invalidRequest(
      `The connected account '${receiver.account}' does not have enough available funds for this reversal.`,
      { code: "balance_insufficient" },
    );
}

function refundDestinationPayment(
  { store }: Simulator,
  receiver: Scope,
  transfer: Stripe.Transfer,
  amount: number,
) {
  const payment = store.get("charge", receiver, String(transfer.destination_payment));
  if (!payment) return;
  const amount_refunded = payment.amount_refunded + amount;
  store.update("charge", { ...payment, amount_refunded, refunded: amount_refunded === payment.amount });
}

const reversalsOf = ({ store }: Simulator, transfer: string) =>
  listOfReversals(transfer, store.parts("transfer_reversal", transfer).toReversed());

/** https://docs.stripe.com/api/transfer_reversals/list */
export const listReversals: Handler = ({ params, path, scope }, simulator) => {
  const { id } = getOrThrow(simulator, "transfer", scope, path("id"));
  const where = [{ sql: "parent = ?", values: [id] }];
  const url = `/v1/transfers/${id}/reversals`;
  return listPage(
    simulator,
    scope,
    { kind: "transfer_reversal", url, where },
    parse(v.strictObject(param.paging), params),
  );
};

/** https://docs.stripe.com/api/transfer_reversals/retrieve */
export const retrieveReversal: Handler = (call, simulator) => {
  assertNoParams(call.params);
  return reversalIn(call, simulator);
};

/** https://docs.stripe.com/api/transfer_reversals/update */
export const updateReversal: Handler = (call, simulator) => {
  const before = reversalIn(call, simulator);
  const { metadata } = parse(v.strictObject({ metadata: v.optional(param.metadata, {}) }), call.params);
  const reversal = simulator.store.update("transfer_reversal", {
    ...before,
    metadata: mergeMetadata(before.metadata ?? {}, metadata),
  });
  const transfer = getOrThrow(simulator, "transfer", call.scope, String(before.transfer));
  simulator.store.update("transfer", { ...transfer, reversals: reversalsOf(simulator, transfer.id) });
  return reversal;
};

function reversalIn({ path, scope }: Call, simulator: Simulator): Stripe.TransferReversal {
  const { id } = getOrThrow(simulator, "transfer", scope, path("id"));
  const reversal = simulator.store.get("transfer_reversal", scope, path("reversal"));
  if (reversal?.transfer !== id) throw resourceMissing("transfer reversal", path("reversal"), "id");
  return reversal;
}
