/**
 * Lets each function do in tests what its role lets it do on AWS (aws/permissions.yml), and nothing else: a call to a
 * table, or with the sealing key, that it may not make fails as it would there.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { readFileSync } from "node:fs";
import * as v from "valibot";
import { parse } from "yaml";
import { configuration } from "../../lib/configuration.ts";
import { dynamodb } from "../../lib/dynamodb/client.ts";
import type { Request } from "../../lib/http/request.ts";
import { kms } from "../../lib/secrets/kms.ts";
import { documented } from "./openapi.ts";

const fromRoot = (file: string): string => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");

const Permissions = v.record(v.string(), v.record(v.string(), v.array(v.string())));
const Service = v.object({ functions: v.record(v.string(), v.object({ handler: v.string() })) });

export const permissions = v.parse(Permissions, parse(fromRoot("aws/permissions.yml"), { merge: true }));
const { functions } = v.parse(
  Service,
  parse(fromRoot("serverless.yml"), { logLevel: "silent", merge: true }),
);

const acting = new AsyncLocalStorage<string>();

/** The function of `file` (`functions/orders/show`), under its role, and held against the OpenAPI document. */
export function underRole<Event extends Partial<Request>, Rest extends unknown[], Result>(
  file: string,
  handler: (event: Event, ...rest: Rest) => Promise<Result>,
): (event: Event, ...rest: Rest) => Promise<Result> {
  const [name] =
    Object.entries(functions).find(([, { handler: entry }]) => entry === `${file}.handler`) ?? [];
  if (!name) throw new Error(`serverless.yml has no function for ${file}`);
  const held = documented(name, handler);
  return (...given) => acting.run(name, () => held(...given));
}

/**
 * `settings GetItem`: what a command asks of which table or index, as permissions.yml names them; of one item
 * `settings GetItem X`, with the partition that it is in.
 */
function callsOf(commandName: string, input: object): string[] {
  const { TransactItems, RequestItems, TableName, IndexName, Key } = v.parse(Input, input);
  const operation = commandName.replace(/Command$/, "");
  if (TransactItems)
    return TransactItems.flatMap((item) =>
      Object.entries(item).map(
        ([kind, { TableName: table }]) =>
          `${nameOf(table)} ${kind === "ConditionCheck" ? "ConditionCheckItem" : `${kind}Item`}`,
      ),
    );
  const tables = RequestItems ? Object.keys(RequestItems) : [TableName ?? ""];
  return tables.map(
    (table) => `${nameOf(table)}${IndexName ? `/${IndexName}` : ""} ${operation} ${Key?.pk ?? ""}`,
  );
}

const Input = v.object({
  TableName: v.optional(v.string()),
  IndexName: v.optional(v.string()),
  Key: v.optional(v.object({ pk: v.fallback(v.string(), "") })),
  RequestItems: v.optional(v.record(v.string(), v.unknown())),
  TransactItems: v.optional(v.array(v.record(v.string(), v.object({ TableName: v.string() })))),
});

function nameOf(table: string): string {
  const { settingsTable, eventsTable, ordersTable } = configuration;
  return { [settingsTable]: "settings", [eventsTable]: "events", [ordersTable]: "orders" }[table] ?? table;
}

function assertMay(about: string, call: string, partition = ""): void {
  const name = acting.getStore();
  if (name === undefined) return;
  const places = [about, `${about}/${partition}`];
  if (places.some((place) => permissions[name]?.[place]?.includes(call))) return;
  throw Object.assign(new Error(`${name} may not ${call} (${about}): see aws/permissions.yml`), {
    name: "AccessDeniedException",
  });
}

dynamodb.middlewareStack.add(
  (next, { commandName = "" }) =>
    async (request) => {
      for (const call of acting.getStore() ? callsOf(commandName, request.input) : []) {
        const [table = "", operation = "", partition] = call.split(" ");
        assertMay(table, operation, partition);
      }
      return await next(request);
    },
  { step: "initialize", name: "role" },
);

const Sealing = v.object({
  EncryptionContext: v.optional(v.object({ field: v.string() })),
  SourceEncryptionContext: v.optional(v.object({ field: v.string() })),
});

kms.middlewareStack.add(
  (next, { commandName = "" }) =>
    async (request) => {
      const { EncryptionContext, SourceEncryptionContext } = v.parse(Sealing, request.input);
      const { field = "" } = EncryptionContext ?? SourceEncryptionContext ?? {};
      assertMay(commandName.replace(/Command$/, "").toLowerCase(), field);
      return await next(request);
    },
  { step: "initialize", name: "role" },
);
