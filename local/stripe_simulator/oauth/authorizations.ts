import type { Cause } from "../core/cause.ts";
import type { Scope } from "../core/objects.ts";
import { emit, happened } from "../events/emit.ts";
import { accountOf, nameOf, saveAccount } from "../state/accounts.ts";
import {
  connect,
  connectedModes,
  controllerOf,
  disconnect,
  endControl,
  isConnected,
} from "../state/connections.ts";
import type { Simulator } from "../state/simulator.ts";
import { addClientIds, clientIdsOf } from "./client_ids.ts";

/** An account lets a platform in by OAuth. The events of it belong to the account, not to the platform. */
export function authorize(
  simulator: Simulator,
  platform: string,
  scope: Scope,
  { accessToken, cause }: { accessToken: string; cause: Cause },
): void {
  connect(simulator, platform, scope, accessToken);
  emit(simulator, scope, cause, [
    happened("account.application.authorized", applicationOf(simulator, platform, scope)),
  ]);
}

/** Ends a connection, whichever side wants it.
 *  @returns whether there was one */
export function deauthorize(simulator: Simulator, platform: string, scope: Scope, cause: Cause): boolean {
  return simulator.store.transaction(() => {
    if (!isConnected(simulator, platform, scope)) return false;
    // Before the connection goes: the platform is to hear of this, and of nothing after it.
    emit(simulator, scope, cause, [
      happened("account.application.deauthorized", applicationOf(simulator, platform, scope)),
    ]);
    disconnect(simulator, platform, scope);
    if (controllerOf(simulator, scope.account)?.platform === platform) {
      endControl(simulator, scope.account);
      saveAccount(simulator, { ...accountOf(simulator, scope.account), controller: { type: "account" } });
    }
    return true;
  });
}

/** As the account's own dashboard does it: in every mode. */
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

/** What a platform looks like to those who connect to it. */
function applicationOf(simulator: Simulator, platform: string, { livemode }: Scope) {
  addClientIds(simulator, platform, []); // a platform of an older file may have none yet
  const client = clientIdsOf(simulator, platform).find((each) => each.livemode === livemode);
  return {
    id: client?.id ?? "",
    object: "application" as const,
    name: nameOf(accountOf(simulator, platform)),
  };
}
