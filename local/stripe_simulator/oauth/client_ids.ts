import { invalidParam } from "../api/errors.ts";
import { newId } from "../core/ids.ts";
import type { Scope } from "../core/objects.ts";
import type { Simulator } from "../state/simulator.ts";

/** A platform's OAuth application: one per mode, with the URIs that OAuth may redirect to
 *  (https://docs.stripe.com/connect/oauth-reference). */
export interface ClientId {
  id: string;
  platform: string;
  livemode: boolean;
  /** In order of registration; the first is the default. */
  redirect_uris: string[];
}

interface NewClientId {
  id: string;
  livemode?: boolean | undefined;
  redirect_uris: string[];
}

/** Adds those that are missing, and makes sure that the platform has a client id in each mode. */
export function ensureClientIds(simulator: Simulator, platform: string, wanted: NewClientId[]): void {
  for (const { id, livemode = false, redirect_uris } of wanted) {
    const known = findClientId(simulator, id);
    if (known && (known.platform !== platform || known.livemode !== livemode))
      throw invalidParam("client_ids", "One of these client ids is already taken.");
    if (!known) insert(simulator, id, platform, livemode);
    for (const uri of redirect_uris) addRedirectUri(simulator, id, uri);
  }
  const modes = clientIdsOf(simulator, platform).map(({ livemode }) => livemode);
  for (const livemode of [false, true])
    if (!modes.includes(livemode)) insert(simulator, newId.clientId(), platform, livemode);
}

const insert = ({ store }: Simulator, id: string, platform: string, livemode: boolean) =>
  store.run(
    "INSERT INTO client_ids (id, platform, livemode) VALUES (?, ?, ?)",
    id,
    platform,
    Number(livemode),
  );

export function findClientId(simulator: Simulator, id: string): ClientId | undefined {
  const row = simulator.store.first("SELECT platform, livemode FROM client_ids WHERE id = ?", id);
  if (!row) return undefined;
  const redirect_uris = simulator.store
    .all("SELECT uri FROM redirect_uris WHERE client_id = ? ORDER BY rowid", id)
    .map(({ uri }) => String(uri));
  return { id, platform: String(row.platform), livemode: row.livemode === 1, redirect_uris };
}

/** The caller's own client id. Each mode has its own, so that one of the other mode does not count. */
export function findOwnClientId(simulator: Simulator, caller: Scope, id: string): ClientId | undefined {
  const client = findClientId(simulator, id);
  return client?.platform === caller.account && client.livemode === caller.livemode ? client : undefined;
}

export const clientIdsOf = (simulator: Simulator, platform: string): ClientId[] =>
  simulator.store
    .all("SELECT id FROM client_ids WHERE platform = ? ORDER BY livemode, rowid", platform)
    .flatMap(({ id }) => findClientId(simulator, String(id)) ?? []);

/** Only platforms have client ids. */
export const isPlatform = ({ store }: Simulator, account: string) =>
  store.first("SELECT 1 FROM client_ids WHERE platform = ?", account) !== undefined;

/** Accepts what Stripe's settings page accepts. Throws an `ApiError` for anything else. */
export function addRedirectUri(simulator: Simulator, clientId: string, uri: string): void {
  const client = findClientId(simulator, clientId);
  if (!client) throw invalidParam("client_id", `No such application: '${clientId}'`);
  if (!URL.canParse(uri) || !/^https?:\/\/[^\s,#]+$/i.test(uri))
    throw invalidParam(
      "redirect_uri",
      `Not a valid URL: '${uri}'. It must be an absolute http(s) URL without a fragment.`,
    );
  if (client.livemode && !/^https:/i.test(uri))
    throw invalidParam("redirect_uri", "In live mode a redirect URI must use HTTPS.");
  simulator.store.run("INSERT OR IGNORE INTO redirect_uris (client_id, uri) VALUES (?, ?)", clientId, uri);
}

export const removeRedirectUri = ({ store }: Simulator, clientId: string, uri: string) =>
  store.run("DELETE FROM redirect_uris WHERE client_id = ? AND uri = ?", clientId, uri);
