import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from "node:sqlite";
import type { Kind, Objects, Scope } from "../core/objects.ts";

/** The fields that lists are filtered by, and that join objects: each has an index of its own, so that no request
 *  reads through all objects of its kind. */
const FIELDS: Partial<Record<Kind, string[]>> = {
  balance_transaction: ["source", "type"],
  charge: ["payment_intent", "transfer_group"],
  "checkout.session": ["payment_intent"],
  dispute: ["charge", "payment_intent"],
  event: ["type"],
  price: ["product"],
  refund: ["charge", "payment_intent", "pending_reason"],
  transfer: ["destination", "source_transaction", "transfer_group"],
};

const FIELD_INDEXES = Object.entries(FIELDS)
  .flatMap(([kind, fields]) =>
    fields.map(
      (field) => `CREATE INDEX IF NOT EXISTS "${kind}_by_${field}"
        ON objects (account, livemode, body ->> '$.${field}', seq) WHERE object = '${kind}';`,
    ),
  )
  .join("\n");

/** All state is in these tables and nowhere else, so that a killed simulator resumes where it was.
 *  `seq` orders a list: `created` has whole seconds only. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS accounts (id TEXT PRIMARY KEY, cli_secret TEXT NOT NULL, body TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS secret_keys (key TEXT PRIMARY KEY, account TEXT NOT NULL, livemode INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS restricted_keys (key TEXT PRIMARY KEY, permissions TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS connected_accounts (
    platform TEXT, account TEXT, livemode INTEGER, access_token TEXT, PRIMARY KEY (platform, account, livemode));
  CREATE INDEX IF NOT EXISTS connected_accounts_by_account ON connected_accounts (account, livemode);
  CREATE INDEX IF NOT EXISTS connected_accounts_by_token ON connected_accounts (access_token);
  CREATE TABLE IF NOT EXISTS controlled_accounts (
    account TEXT PRIMARY KEY, platform TEXT NOT NULL, livemode INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS client_ids (id TEXT PRIMARY KEY, platform TEXT NOT NULL, livemode INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS redirect_uris (client_id TEXT, uri TEXT, PRIMARY KEY (client_id, uri));
  CREATE TABLE IF NOT EXISTS authorization_codes (
    code TEXT PRIMARY KEY, client_id TEXT NOT NULL, account TEXT NOT NULL, scope TEXT NOT NULL,
    expires_at_ms INTEGER NOT NULL, access_token TEXT);
  CREATE TABLE IF NOT EXISTS account_links (
    token TEXT PRIMARY KEY, account TEXT NOT NULL, platform TEXT NOT NULL, livemode INTEGER NOT NULL,
    refresh_url TEXT NOT NULL, return_url TEXT NOT NULL, expires_at_ms INTEGER NOT NULL, form TEXT);
  CREATE TABLE IF NOT EXISTS faults (account TEXT PRIMARY KEY, body TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS cli_sessions (id TEXT PRIMARY KEY, account TEXT NOT NULL, livemode INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS log_filters (session TEXT PRIMARY KEY, body TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS objects (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, object TEXT NOT NULL, account TEXT NOT NULL,
    livemode INTEGER NOT NULL, parent TEXT, created INTEGER NOT NULL, body TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS objects_by_scope ON objects (object, account, livemode, seq);
  CREATE INDEX IF NOT EXISTS objects_by_time ON objects (object, account, livemode, created, seq);
  CREATE INDEX IF NOT EXISTS objects_by_parent ON objects (parent) WHERE parent IS NOT NULL;
  ${FIELD_INDEXES}
  CREATE TABLE IF NOT EXISTS balances (
    account TEXT, livemode INTEGER, currency TEXT, pending INTEGER NOT NULL, available INTEGER NOT NULL,
    PRIMARY KEY (account, livemode, currency));
  CREATE TABLE IF NOT EXISTS pending_funds (
    balance_transaction TEXT PRIMARY KEY, account TEXT NOT NULL, livemode INTEGER NOT NULL, currency TEXT NOT NULL,
    net INTEGER NOT NULL, available_on INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS pending_funds_by_time ON pending_funds (account, livemode, available_on);
  CREATE TABLE IF NOT EXISTS paid_out (balance_transaction TEXT PRIMARY KEY, payout TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS paid_out_by_payout ON paid_out (payout);
  CREATE TABLE IF NOT EXISTS clocks (account TEXT PRIMARY KEY, ahead_s INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS test_cards (payment_method TEXT PRIMARY KEY, body TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS payment_details (session TEXT PRIMARY KEY, body TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY, due_at_ms INTEGER NOT NULL, kind TEXT NOT NULL, object TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS jobs_by_due ON jobs (due_at_ms);
  CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY, change TEXT NOT NULL, event TEXT NOT NULL, target TEXT NOT NULL,
    platform TEXT, attempts INTEGER NOT NULL DEFAULT 0, due_at_ms INTEGER NOT NULL,
    give_up_at_ms INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'pending', outcome TEXT NOT NULL DEFAULT '');
  CREATE INDEX IF NOT EXISTS deliveries_pending ON deliveries (due_at_ms) WHERE state = 'pending';
  CREATE INDEX IF NOT EXISTS deliveries_by_change ON deliveries (change, target) WHERE state = 'pending';
  CREATE INDEX IF NOT EXISTS deliveries_by_event ON deliveries (event);
  CREATE TABLE IF NOT EXISTS idempotency_keys (
    account TEXT, livemode INTEGER, key TEXT, fingerprint TEXT NOT NULL, request TEXT NOT NULL,
    status INTEGER NOT NULL, body TEXT NOT NULL, created INTEGER NOT NULL, PRIMARY KEY (account, livemode, key));
  CREATE INDEX IF NOT EXISTS idempotency_keys_by_age ON idempotency_keys (account, created);
  CREATE TABLE IF NOT EXISTS requests (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL, account TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
    status INTEGER NOT NULL, idempotency_key TEXT, created INTEGER NOT NULL);
  CREATE INDEX IF NOT EXISTS requests_by_account ON requests (account, seq);
`;

type Row = Record<string, SQLOutputValue>;

export interface Condition {
  sql: string;
  values: SQLInputValue[];
}

export type Store = ReturnType<typeof openStore>;

/** @param file path of the SQLite file, or ":memory:" */
export function openStore(file: string) {
  if (file !== ":memory:") mkdirSync(dirname(file), { recursive: true });
  const db = new DatabaseSync(file);
  // With WAL a process that is killed loses nothing; only a power failure could lose the last writes.
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;");
  db.exec(SCHEMA);

  const statements = new Map<string, StatementSync>();
  function prepared(sql: string): StatementSync {
    const statement = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, statement);
    return statement;
  }
  const run = (sql: string, ...values: SQLInputValue[]) => prepared(sql).run(...values);
  const all = (sql: string, ...values: SQLInputValue[]): Row[] => prepared(sql).all(...values);
  const first = (sql: string, ...values: SQLInputValue[]): Row | undefined => prepared(sql).get(...values);

  /** Nested transactions become part of the outer one. */
  function transaction<T>(work: () => T): T {
    if (db.isTransaction) return work();
    db.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      db.exec("COMMIT");
      return result;
    } catch (error) {
      db.exec("ROLLBACK");
      throw error;
    }
  }

  /** @param parent the object that this one belongs to, such as a line item's session */
  function insert<K extends Kind>(
    kind: K,
    scope: Scope,
    object: Objects[K],
    parent: string | null = null,
  ): Objects[K] {
    run(
      `INSERT INTO objects (id, object, account, livemode, parent, created, body) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      object.id,
      kind,
      scope.account,
      Number(scope.livemode),
      parent,
      "created" in object ? object.created : 0,
      JSON.stringify(object),
    );
    return object;
  }

  function update<K extends Kind>(kind: K, object: Objects[K]): Objects[K] {
    run("UPDATE objects SET body = ? WHERE object = ? AND id = ?", JSON.stringify(object), kind, object.id);
    return object;
  }

  const remove = (id: string) => run("DELETE FROM objects WHERE id = ?", id);

  /** In any scope: for pages and jobs, which have no key. */
  function find<K extends Kind>(kind: K, id: string): { scope: Scope; object: Objects[K] } | undefined {
    const row = first("SELECT account, livemode, body FROM objects WHERE object = ? AND id = ?", kind, id);
    if (!row) return undefined;
    return { scope: scopeOf(row), object: read(kind, row) };
  }

  function get<K extends Kind>(kind: K, scope: Scope, id: string): Objects[K] | undefined {
    const found = find(kind, id);
    const visible = found?.scope.account === scope.account && found.scope.livemode === scope.livemode;
    return visible ? found.object : undefined;
  }

  /** Of any kind, such as what a balance transaction is about. */
  function getAny(scope: Scope, id: string): Objects[Kind] | undefined {
    const row = first("SELECT object, account, livemode, body FROM objects WHERE id = ?", id);
    const visible = row?.account === scope.account && row.livemode === Number(scope.livemode);
    return visible ? (JSON.parse(String(row.body)) as Objects[Kind]) : undefined;
  }

  /** Newest first. */
  function list<K extends Kind>(kind: K, scope: Scope, conditions: Condition[], limit: number): Objects[K][] {
    // The kind is no parameter, so that SQLite can use an index of this kind alone.
    const where = [`object = '${kind}'`, "account = ?", "livemode = ?", ...conditions.map(({ sql }) => sql)];
    const values = conditions.flatMap((condition) => condition.values);
    return all(
      `SELECT body FROM objects WHERE ${where.join(" AND ")} ORDER BY seq DESC LIMIT ?`,
      scope.account,
      Number(scope.livemode),
      ...values,
      limit,
    ).map((row) => read(kind, row));
  }

  /** The `seq` of the first object of this time or later. */
  function firstSeq(kind: Kind, scope: Scope, created: number): number | undefined {
    const row = first(
      "SELECT seq FROM objects WHERE object = ? AND account = ? AND livemode = ? AND created >= ? ORDER BY created, seq LIMIT 1",
      kind,
      scope.account,
      Number(scope.livemode),
      created,
    );
    return row && Number(row.seq);
  }

  /** Across all accounts, newest first; for the dashboard. */
  const latest = <K extends Kind>(kind: K, limit: number): Objects[K][] =>
    all("SELECT body FROM objects WHERE object = ? ORDER BY seq DESC LIMIT ?", kind, limit).map((row) =>
      read(kind, row),
    );

  /** The parts of an object, oldest first. */
  const parts = <K extends Kind>(kind: K, parent: string): Objects[K][] =>
    all("SELECT body FROM objects WHERE object = ? AND parent = ? ORDER BY seq", kind, parent).map((row) =>
      read(kind, row),
    );

  return {
    run,
    all,
    first,
    transaction,
    insert,
    update,
    remove,
    find,
    get,
    getAny,
    list,
    firstSeq,
    latest,
    parts,
    close: () => db.close(),
  };
}

/** The scope of a row that has `account` and `livemode`. */
export const scopeOf = (row: Row): Scope => ({ account: String(row.account), livemode: row.livemode === 1 });

/** The cast is safe: only `insert` and `update` write rows of a kind, and they accept only that kind. */
function read<K extends Kind>(_kind: K, row: Row): Objects[K] {
  return JSON.parse(String(row.body)) as Objects[K];
}
