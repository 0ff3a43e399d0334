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
import type { World } from "../state/simulator.ts";
import { addClientIds, clientIdsOf } from "./client_ids.ts";

/** An account lets a platform in by OAuth. The events of it belong to the account, not to the platform. */
export function authorize(
  world: World,
  platform: string,
  scope: Scope,
  { accessToken, cause }: { accessToken: string; cause: Cause },
): void {
  connect(world, platform, scope, accessToken);
  emit(world, scope, cause, [
    happened("account.application.authorized", applicationOf(world, platform, scope)),
  ]);
}

/** Ends a connection, whichever side wants it.
 *  @returns whether there was one */
export function deauthorize(world: World, platform: string, scope: Scope, cause: Cause): boolean {
  return world.store.transaction(() => {
    if (!isConnected(world, platform, scope)) return false;
    // Before the connection goes: the platform is to hear of this, and of nothing after it.
    emit(world, scope, cause, [
      happened("account.application.deauthorized", applicationOf(world, platform, scope)),
    ]);
    disconnect(world, platform, scope);
    if (controllerOf(world, scope.account)?.platform === platform) {
      endControl(world, scope.account);
      saveAccount(world, { ...accountOf(world, scope.account), controller: { type: "account" } });
    }
    return true;
  });
}

/** As the account's own dashboard does it: in every mode. */
export function deauthorizeEverywhere(
  world: World,
  platform: string,
  account: string,
  cause: Cause,
): boolean {
  const modes = connectedModes(world, account, platform);
  for (const livemode of modes) deauthorize(world, platform, { account, livemode }, cause);
  return modes.length > 0;
}

/** What a platform looks like to those who connect to it. */
function applicationOf(world: World, platform: string, { livemode }: Scope) {
  addClientIds(world, platform, []); // a platform of an older file may have none yet
  const client = clientIdsOf(world, platform).find((each) => each.livemode === livemode);
  return {
    id: client?.id ?? "",
    object: "application" as const,
    name: nameOf(accountOf(world, platform)),
  };
}
