import type { Cause } from "../core/cause.ts";
import type { Scope } from "../core/objects.ts";
import { emit, pendingEvent } from "../events/emit.ts";
import { displayName, getAccount, saveAccount } from "../state/accounts.ts";
import {
  connect,
  connectedModes,
  controllerOf,
  disconnect,
  isConnected,
  removeController,
} from "../state/connections.ts";
import type { Simulator } from "../state/simulator.ts";
import { clientIdsOf, ensureClientIds } from "./client_ids.ts";

/** Connects an account to a platform by OAuth. The event belongs to the account, not to the platform. */
export function authorize(
  simulator: Simulator,
  platform: string,
  scope: Scope,
  { accessToken, cause }: { accessToken: string; cause: Cause },
): void {
  connect(simulator, platform, scope, accessToken);
  emit(simulator, scope, cause, [
    pendingEvent("account.application.authorized", applicationOf(simulator, platform, scope)),
  ]);
}

/** Ends a connection, on behalf of either side.
 *  @returns whether there was one */
export function deauthorize(simulator: Simulator, platform: string, scope: Scope, cause: Cause): boolean {
  return simulator.store.transaction(() => {
    if (!isConnected(simulator, platform, scope)) return false;
    // Emitted while the connection exists: the platform receives this event, and none after it.
    emit(simulator, scope, cause, [
      pendingEvent("account.application.deauthorized", applicationOf(simulator, platform, scope)),
    ]);
    disconnect(simulator, platform, scope);
    if (controllerOf(simulator, scope.account)?.platform === platform) {
      removeController(simulator, scope.account);
      saveAccount(simulator, { ...getAccount(simulator, scope.account), controller: { type: "account" } });
    }
    return true;
  });
}

/** In every mode, like the account's own dashboard. */
export function deauthorizeEverywhere(
  simulator: Simulator,
  platform: string,
  account: string,
  cause: Cause,
): boolean {
  const modes = connectedModes(simulator, account, platform);
  for (const livemode of modes) deauthorize(simulator, platform, { account, livemode }, cause);
  return modes.length > 0;
}

/** A platform as the accounts that connect to it see it. */
function applicationOf(simulator: Simulator, platform: string, { livemode }: Scope) {
  ensureClientIds(simulator, platform, []); // an account that was created as a connected one has none yet
  const client = clientIdsOf(simulator, platform).find((each) => each.livemode === livemode);
  return {
    id: client?.id ?? "",
    object: "application" as const,
    name: displayName(getAccount(simulator, platform)),
  };
}
