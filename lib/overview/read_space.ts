import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { ApiKeyRow, type Scope, scopeOf } from "../api_keys/api_key.ts";
import { AuditEntry } from "../audit/audit.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import {
  API_KEY_PREFIX,
  AUDIT_PREFIX,
  isErasedBuyer,
  MARKETPLACE_PREFIX,
  MEMBER_PREFIX,
  RECOVERY_ROW,
  SPACE_ROW,
  spaceKey,
  UTILITY_PREFIX,
} from "../dynamodb/keys.ts";
import { allRows } from "../dynamodb/pages.ts";
import { NotFound } from "../errors.ts";
import { Marketplace } from "../marketplaces/marketplace.ts";
import { Recovery } from "../spaces/recovery.ts";
import { Space } from "../spaces/space.ts";
import { StripeUtility } from "../utilities/stripe_utility.ts";

const Member = v.object({ email: v.string() });
const ApiKey = v.object({ ...ApiKeyRow.entries, sk: v.string() });

/** A Space with all that belongs to it. */
export type WholeSpace = {
  space: Space;
  utilities: StripeUtility[];
  marketplaces: Marketplace[];
  members: { email: string }[];
  /** By the end of the key's hash, which says which one, and nothing of the key. */
  apiKeys: { id: string; name: string; scope: Scope; madeBeforeScopes: boolean }[];
  audit: AuditEntry[];
  /** Undefined where Stripe was never asked for what did not arrive. */
  recovery: Recovery | undefined;
};

/** The entries of the audit that a page shows. */
const AUDIT_ROWS = 20;

/** @throws {NotFound} */
export async function readSpace(space: string): Promise<WholeSpace> {
  const [rows, audit] = await Promise.all([readRows(space), readAudit(space)]);
  const of = (prefix: string) => rows.filter(({ sk }) => sk.startsWith(prefix));
  const own = rows.find(({ sk }) => sk === SPACE_ROW);
  const recovery = rows.find(({ sk }) => sk === RECOVERY_ROW);
  if (!own) throw new NotFound();
  return {
    space: v.parse(Space, own),
    utilities: v.parse(
      v.array(StripeUtility),
      of(UTILITY_PREFIX).filter(({ sk }) => !isErasedBuyer(sk)),
    ),
    marketplaces: v.parse(v.array(Marketplace), of(MARKETPLACE_PREFIX)),
    members: v.parse(v.array(Member), of(MEMBER_PREFIX)),
    apiKeys: v.parse(v.array(ApiKey), of(API_KEY_PREFIX)).map((key) => ({
      id: key.sk.slice(-12),
      name: key.name,
      scope: scopeOf(key),
      madeBeforeScopes: key.scope === undefined,
    })),
    audit,
    recovery: recovery && v.parse(Recovery, recovery),
  };
}

const Row = v.looseObject({ sk: v.string() });

/** Everything but the audit, which sorts before all the rest and may be long. */
async function readRows(space: string): Promise<v.InferOutput<typeof Row>[]> {
  const [before, after] = await Promise.all([
    rowsIn(space, "sk < :edge", AUDIT_PREFIX),
    rowsIn(space, "sk > :edge", `${AUDIT_PREFIX}\uffff`),
  ]);
  return v.parse(v.array(Row), [...before, ...after]);
}

const rowsIn = (space: string, range: string, edge: string) =>
  allRows({
    TableName: configuration.settingsTable,
    KeyConditionExpression: `pk = :space AND ${range}`,
    ExpressionAttributeValues: { ":space": spaceKey(space), ":edge": edge },
    ConsistentRead: true,
  });

async function readAudit(space: string): Promise<AuditEntry[]> {
  const { Items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: configuration.settingsTable,
      KeyConditionExpression: "pk = :space AND begins_with(sk, :audit)",
      ExpressionAttributeValues: { ":space": spaceKey(space), ":audit": AUDIT_PREFIX },
      ScanIndexForward: false,
      Limit: AUDIT_ROWS,
      ConsistentRead: true,
    }),
  );
  return v.parse(v.array(AuditEntry), Items);
}
