import type Stripe from "stripe";
import { newId } from "../core/ids.ts";
import type { Simulator } from "./simulator.ts";

export function insertAccount({ store }: Simulator, account: Stripe.Account): Stripe.Account {
  store.run(
    "INSERT INTO accounts (id, cli_secret, body) VALUES (?, ?, ?)",
    account.id,
    newId.signingSecret(),
    JSON.stringify(account),
  );
  return account;
}

export const saveAccount = ({ store }: Simulator, account: Stripe.Account) =>
  store.run("UPDATE accounts SET body = ? WHERE id = ?", JSON.stringify(account), account.id);

export const removeAccount = ({ store }: Simulator, id: string) =>
  store.run("DELETE FROM accounts WHERE id = ?", id);

/** The casts are safe: `insertAccount` and `saveAccount` alone write these rows. */
export function findAccount({ store }: Simulator, id: string): Stripe.Account | undefined {
  const row = store.first("SELECT body FROM accounts WHERE id = ?", id);
  return row && (JSON.parse(String(row.body)) as Stripe.Account);
}

export const allAccounts = ({ store }: Simulator): Stripe.Account[] =>
  store
    .all("SELECT body FROM accounts ORDER BY rowid")
    .map((row) => JSON.parse(String(row.body)) as Stripe.Account);

export const displayName = (account: Stripe.Account) =>
  account.settings?.dashboard.display_name || account.business_profile?.name || account.id;

/** For ids that are known to exist. */
export function getAccount(simulator: Simulator, id: string): Stripe.Account {
  const account = findAccount(simulator, id);
  if (!account) throw new Error(`the simulator lost the account ${id}`);
  return account;
}
