import type Stripe from "stripe";
import { whereField } from "../api/lists.ts";
import { noRequest } from "../core/cause.ts";
import { newId } from "../core/ids.ts";
import type { Scope } from "../core/objects.ts";
import { emit, pendingEvent } from "../events/emit.ts";
import { getAccount } from "../state/accounts.ts";
import { accountTime, realTimeMs } from "../state/clock.ts";
import { addJob } from "../state/jobs.ts";
import type { Simulator } from "../state/simulator.ts";

/* One balance transaction for each movement of money, which nothing changes but that it becomes available
 * (https://docs.stripe.com/reports/balance-transaction-types). An account's balance is their sum; it is kept beside them,
 * so that reading it does not add them all up. */

/** A movement of money: of which type, for which object, and how much. Amounts are negative when money leaves. */
interface Movement {
  type: Stripe.BalanceTransaction.Type;
  /** https://docs.stripe.com/reports/reporting-categories */
  reporting_category: string;
  source: string | null;
  amount: number;
  currency: string;
  description?: string | null;
  exchange_rate?: number | null;
  /** What Stripe keeps: it is taken from `amount`, in the same currency. */
  fee?: { amount: number; description: string } | undefined;
  /** When the account can use the money; now if it is absent or in the past. */
  available_on?: number;
}

/** Enters a movement into the account's ledger. */
export function record(simulator: Simulator, scope: Scope, movement: Movement): Stripe.BalanceTransaction {
  const { amount, currency, fee } = movement;
  const now = accountTime(simulator, scope.account);
  const available_on = Math.max(now, movement.available_on ?? now);
  const pending = available_on > now;
  const transaction: Stripe.BalanceTransaction = {
    id: newId.balanceTransaction(),
    object: "balance_transaction",
    amount,
    available_on,
    balance_type: "payments",
    created: now,
    currency,
    description: movement.description ?? null,
    exchange_rate: movement.exchange_rate ?? null,
    fee: fee?.amount ?? 0,
    fee_details: fee
      ? [
          {
            amount: fee.amount,
            application: null,
            currency,
            description: fee.description,
            type: "stripe_fee",
          },
        ]
      : [],
    net: amount - (fee?.amount ?? 0),
    reporting_category: movement.reporting_category,
    source: movement.source,
    status: pending ? "pending" : "available",
    type: movement.type,
  };
  simulator.store.insert("balance_transaction", scope, transaction);
  if (pending) addPending(simulator, scope, transaction);
  else change(simulator, scope, currency, { pending: 0, available: transaction.net });
  return transaction;
}

function addPending(
  simulator: Simulator,
  scope: Scope,
  { id, currency, net, available_on }: Stripe.BalanceTransaction,
) {
  const { account } = scope;
  const livemode = Number(scope.livemode);
  const scheduled = simulator.store.first(
    "SELECT 1 FROM pending_funds WHERE account = ? AND livemode = ? AND available_on = ?",
    account,
    livemode,
    available_on,
  );
  simulator.store.run(
    "INSERT INTO pending_funds (balance_transaction, account, livemode, currency, net, available_on) VALUES (?, ?, ?, ?, ?, ?)",
    id,
    account,
    livemode,
    currency,
    net,
    available_on,
  );
  change(simulator, scope, currency, { pending: net, available: 0 });
  if (!scheduled) addJob(simulator, "make funds available", id, realTimeMs(simulator, account, available_on));
}

function change(
  simulator: Simulator,
  scope: Scope,
  currency: string,
  by: { pending: number; available: number },
): void {
  simulator.store.run(
    `INSERT INTO balances (account, livemode, currency, pending, available) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET pending = pending + excluded.pending, available = available + excluded.available`,
    scope.account,
    Number(scope.livemode),
    currency,
    by.pending,
    by.available,
  );
  // Money at hand can pay for refunds that wait for it.
  if (by.available <= 0) return;
  const [waiting] = simulator.store.list(
    "refund",
    scope,
    whereField("pending_reason", "insufficient_funds"),
    1,
  );
  if (waiting) addJob(simulator, "fund refunds", waiting.id, Date.now());
}

/** The job that makes what is due available, for all of the scope that the balance transaction is in. */
export function makeFundsAvailable(simulator: Simulator, transactionId: string): void {
  const found = simulator.store.find("balance_transaction", transactionId);
  if (!found) return;
  const { scope } = found;
  const values = [scope.account, Number(scope.livemode), accountTime(simulator, scope.account)] as const;
  const due = "FROM pending_funds WHERE account = ? AND livemode = ? AND available_on <= ?";
  const sums = simulator.store.all(`SELECT currency, sum(net) AS net ${due} GROUP BY currency`, ...values);
  simulator.store.run(
    `UPDATE objects SET body = json_set(body, '$.status', 'available') WHERE id IN (SELECT balance_transaction ${due})`,
    ...values,
  );
  for (const { currency, net } of sums)
    change(simulator, scope, String(currency), { pending: -Number(net), available: Number(net) });
  simulator.store.run(`DELETE ${due}`, ...values);
  if (sums.length > 0) tellBalance(simulator, scope);
}

export const tellBalance = (simulator: Simulator, scope: Scope): void =>
  emit(simulator, scope, noRequest, [pendingEvent("balance.available", balanceOf(simulator, scope))]);

/** What the account can use now. */
export const availableIn = ({ store }: Simulator, scope: Scope, currency: string): number =>
  Number(
    store.first(
      "SELECT available FROM balances WHERE account = ? AND livemode = ? AND currency = ?",
      scope.account,
      Number(scope.livemode),
      currency,
    )?.available ?? 0,
  );

/** In each currency that the account has ever had money in, and its own. */
export function balanceOf(simulator: Simulator, scope: Scope): Stripe.Balance {
  const rows = simulator.store.all(
    "SELECT currency, pending, available FROM balances WHERE account = ? AND livemode = ? ORDER BY currency",
    scope.account,
    Number(scope.livemode),
  );
  const own = getAccount(simulator, scope.account).default_currency ?? "usd";
  const all = rows.some(({ currency }) => currency === own)
    ? rows
    : [...rows, { currency: own, pending: 0, available: 0 }];
  const amounts = (kind: "pending" | "available") =>
    all.map((row) => {
      const amount = Number(row[kind]);
      return { amount, currency: String(row.currency), source_types: { card: amount } };
    });
  return {
    object: "balance",
    available: amounts("available"),
    livemode: scope.livemode,
    pending: amounts("pending"),
  };
}
