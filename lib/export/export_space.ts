import * as v from "valibot";
import { ApiKeyRow, scopeOf } from "../api_keys/api_key.ts";
import { AuditEntry } from "../audit/audit.ts";
import { ErasedBuyer } from "../buyers/erased_buyer.ts";
import { Callback, CallbackSecret } from "../callbacks/callback.ts";
import { iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import {
  API_KEY_PREFIX,
  AUDIT_PREFIX,
  deliveryKey,
  isErasedBuyer,
  MARKETPLACE_PREFIX,
  MEMBER_PREFIX,
  ORDER_PREFIX,
  OUTBOX_PREFIX,
  RECOVERY_ROW,
  SPACE_ROW,
  spaceKey,
  spaceLedgerKey,
  UTILITY_PREFIX,
  writeOffsKey,
} from "../dynamodb/keys.ts";
import { pages } from "../dynamodb/pages.ts";
import { OrderFact, SpaceFact } from "../ledger/fact.ts";
import { WriteOff } from "../ledger/write_offs.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import { Marketplace } from "../marketplaces/marketplace.ts";
import { Movement } from "../orders/movement.ts";
import { Order, TimelineEntry } from "../orders/order.ts";
import { OutboxRow } from "../outbox/outbox_row.ts";
import { withSecretsMasked } from "../secrets/without_secrets.ts";
import { Recovery } from "../spaces/recovery.ts";
import { Space } from "../spaces/space.ts";
import { type LogKey, logPage } from "../stripe_events/log_page.ts";
import { unpackPayload } from "../stripe_events/payload/payload.ts";
import { presentEvent } from "../stripe_events/present_event.ts";
import { StoredEvent } from "../stripe_events/stored_event.ts";
import { presentUtility } from "../utilities/present_utility.ts";
import { StripeUtility } from "../utilities/stripe_utility.ts";

type Row = { pk: string; sk: string } & Record<string, unknown>;
const Row = v.looseObject({ pk: v.string(), sk: v.string() });

/** A line: what it is, and what there is of it. docs/export.md has them all. `json` is an event's payload, as it was received. */
type Line = { line: string; json?: string } & Record<string, unknown>;

/** What the lines of an export look like; raised where a reader would have to change. */
const FORM = 1;

/**
 * All that is kept of a Space, as JSON lines without their ends, a page of a table in memory at a time. No secret is in it,
 * sealed or not. Whatever is written meanwhile may be in it or not; the last line says that there are no more.
 * @throws what the tables throw, or a row that cannot be read: then there is no last line
 */
export async function* exportSpace(space: string): AsyncGenerator<string> {
  let lines = 1;
  for await (const line of linesOf(space)) {
    lines += 1;
    yield withSecretsMasked(textOf(line));
  }
  yield JSON.stringify({ line: "end", lines });
}

/**
 * What was received goes in as it is, but for its line ends, which no text in JSON has: whoever holds a webhook secret decides how deep
 * it is nested, and what is deep takes more of a stack than there is to write it anew.
 */
function textOf({ json, ...line }: Line): string {
  const text = JSON.stringify(line);
  return json === undefined ? text : `${text.slice(0, -1)},"payload":${json.replaceAll(/[\r\n]+ */g, "")}}`;
}

async function* linesOf(space: string): AsyncGenerator<Line> {
  yield { line: "export", form: FORM, space, at: iso(now()) };
  const { settingsTable, ordersTable } = configuration;
  yield* partition(settingsTable, spaceKey(space), settingOf);
  yield* partition(ordersTable, spaceLedgerKey(space), (row) => ({
    line: "fact",
    ...v.parse(SpaceFact, row),
  }));
  yield* partition(ordersTable, deliveryKey({ space }, "").pk, deliveryOf);
  for (const { marketplace } of await listMarketplaces(space)) {
    yield* partition(ordersTable, marketplace, rowOfOrder);
    yield* partition(ordersTable, writeOffsKey(marketplace), (row) => ({
      line: "write_off",
      ...v.parse(WriteOff, row),
    }));
    yield* partition(ordersTable, deliveryKey({ space, marketplace }, "").pk, deliveryOf);
  }
  yield* events(space);
}

async function* partition(
  TableName: string,
  pk: string,
  lineOf: (row: Row) => Line | undefined,
): AsyncGenerator<Line> {
  for await (const rows of pages({
    TableName,
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": pk },
  }))
    for (const row of rows) {
      const line = lineOf(v.parse(Row, row));
      if (line) yield line;
    }
}

const Email = v.object({ email: v.string() });
const REPRESENTATIVE_PREFIX = "REPRESENTATIVE#";
const CALLBACK_PREFIX = "CALLBACK#";

/** What of the settings is kept for a while only, or follows from something else, is left out: locks, links, checks. */
function settingOf(row: Row): Line | undefined {
  const { sk } = row;
  if (sk === SPACE_ROW) return { line: "space", ...v.parse(Space, row) };
  if (sk === RECOVERY_ROW) return { line: "recovery", ...v.parse(Recovery, row) };
  if (isErasedBuyer(sk)) return { line: "erased_buyer", ...v.parse(ErasedBuyer, row) };
  if (sk.startsWith(UTILITY_PREFIX))
    return { line: "utility", ...presentUtility(v.parse(StripeUtility, row)) };
  if (sk.startsWith(MARKETPLACE_PREFIX)) return { line: "marketplace", ...v.parse(Marketplace, row) };
  if (sk.startsWith(MEMBER_PREFIX)) return { line: "member", ...v.parse(Email, row) };
  if (sk.startsWith(REPRESENTATIVE_PREFIX)) {
    const [, marketplace] = sk.split("#");
    return { line: "representative", marketplace, ...v.parse(Email, row) };
  }
  if (sk.startsWith(API_KEY_PREFIX)) {
    const key = v.parse(ApiKeyRow, row);
    return { line: "api_key", name: key.name, scope: scopeOf(key) };
  }
  if (sk.startsWith(CALLBACK_PREFIX) && sk.includes("#SECRET#")) {
    const { callback_secret: _sealed, sk: of, ...secret } = v.parse(CallbackSecret, row);
    return { line: "callback_secret", of, ...secret };
  }
  if (sk.startsWith(CALLBACK_PREFIX)) return { line: "callback", ...v.parse(Callback, row) };
  if (sk.startsWith(AUDIT_PREFIX)) return { line: "audit", ...v.parse(AuditEntry, row) };
  return undefined;
}

/** By how a row's key begins; what stands behind that is the Order's id, and then what names the row. */
function rowOfOrder(row: Row): Line | undefined {
  const [prefix = "", order = "", ...name] = row.sk.split("#");
  switch (`${prefix}#`) {
    case ORDER_PREFIX:
      return { line: "order", ...v.parse(Order, row) };
    case OUTBOX_PREFIX:
      return deliveryOf(row);
    case "TIMELINE#":
      return {
        line: "timeline",
        marketplace: row.pk,
        order,
        cause: name.slice(0, -1).join("#"),
        ...v.parse(TimelineEntry, row),
      };
    case "MONEY#":
      return { line: "movement", marketplace: row.pk, order, ...v.parse(Movement, row) };
    case "FACT#":
      return { line: "fact", ...v.parse(OrderFact, row) };
    default:
      return undefined;
  }
}

/** What somebody is to be told, or was: a mail, or a call of a callback. */
function deliveryOf(row: Row): Line {
  const { pk: _pk, sk: _sk, outbox_shard: _shard, ...told } = v.parse(OutboxRow, row);
  return { line: "told", ...told };
}

async function* events(space: string): AsyncGenerator<Line> {
  let from: LogKey | undefined;
  do {
    const { rows, last } = await logPage(space, from);
    for (const row of rows) yield eventLine(v.parse(StoredEvent, row));
    from = last;
  } while (from);
}

function eventLine(event: StoredEvent): Line {
  const { payload, runs, erased_at } = event;
  return {
    line: "event",
    ...presentEvent(event),
    runs,
    ...(erased_at && { payload_erased_at: erased_at }),
    json: payload ? unpackPayload(payload, event).toString("utf8") : "null",
  };
}
