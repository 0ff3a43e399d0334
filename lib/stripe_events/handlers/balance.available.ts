import { waitsForBalance, wakeHeldOrders } from "../../money/wake_held_orders.ts";
import type { Handler } from "../handler.ts";
import { succeeded } from "../outcome.ts";

/** Money has come: what the Vendor owes may be there now, or what the Distributor's balance lacked. */
export const balanceAvailable: Handler<"balance.available"> = async ({ account, space }) => {
  const woken = await wakeHeldOrders(space, waitsForBalance(account));
  return succeeded(`${woken} Orders on hold are looked at again`);
};
