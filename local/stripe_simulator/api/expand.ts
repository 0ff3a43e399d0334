import * as v from "valibot";
import type { Kind, Scope } from "../core/objects.ts";
import { findAccount } from "../state/accounts.ts";
import type { Simulator } from "../state/simulator.ts";
import { invalidParam } from "./errors.ts";
import { listPage, whereField } from "./lists.ts";
import { parse } from "./params.ts";

type Node = Record<string, unknown>;

/** What a field expands to: an object of this kind, or of any kind; an account; nothing (the simulator always has null
 *  there); an object that is always inline, with expandable fields of its own; or a list that is omitted unless it is
 *  expanded. */
type Field = { kind: Kind } | "any object" | "account" | "always null" | "inline" | "line items" | "refunds";

const FIELDS: Record<string, Record<string, Field>> = {
  balance_transaction: { source: "any object" },
  charge: {
    balance_transaction: { kind: "balance_transaction" },
    failure_balance_transaction: { kind: "balance_transaction" },
    payment_intent: { kind: "payment_intent" },
    refunds: "refunds",
    source_transfer: { kind: "transfer" },
    ...nulls("application application_fee customer on_behalf_of review transfer"),
  },
  "checkout.session": {
    line_items: "line items",
    payment_intent: { kind: "payment_intent" },
    ...nulls("customer invoice payment_link setup_intent subscription"),
  },
  dispute: { charge: { kind: "charge" }, payment_intent: { kind: "payment_intent" } },
  item: { price: "inline" },
  payment_intent: {
    latest_charge: { kind: "charge" },
    payment_method: { kind: "payment_method" },
    ...nulls("application customer on_behalf_of review"),
  },
  payout: {
    balance_transaction: { kind: "balance_transaction" },
    failure_balance_transaction: { kind: "balance_transaction" },
    ...nulls("destination original_payout reversed_by"),
  },
  price: { product: { kind: "product" } },
  product: nulls("default_price tax_code"),
  refund: {
    balance_transaction: { kind: "balance_transaction" },
    charge: { kind: "charge" },
    failure_balance_transaction: { kind: "balance_transaction" },
    payment_intent: { kind: "payment_intent" },
    payment_method: { kind: "payment_method" },
    source_transfer_reversal: { kind: "transfer_reversal" },
    ...nulls("transfer_reversal"),
  },
  transfer: {
    balance_transaction: { kind: "balance_transaction" },
    destination: "account",
    destination_payment: { kind: "charge" },
    reversals: "inline",
    source_transaction: { kind: "charge" },
  },
  transfer_reversal: {
    balance_transaction: { kind: "balance_transaction" },
    destination_payment_refund: { kind: "refund" },
    transfer: { kind: "transfer" },
    ...nulls("source_refund"),
  },
};

/** The two sides of a transfer may see each other's. */
const ACROSS_ACCOUNTS = new Set([
  "destination_payment",
  "destination_payment_refund",
  "source_transfer",
  "source_transfer_reversal",
]);

function nulls(names: string): Record<string, Field> {
  return Object.fromEntries(names.split(" ").map((name) => [name, "always null"]));
}

const Expansions = v.object({ expand: v.optional(v.array(v.pipe(v.string(), v.nonEmpty()))) });

/** Every request accepts `expand[]`, so handlers need not know about it. */
export function extractExpand(params: unknown): { params: unknown; expansions: string[] } {
  const { expand = [] } = parse(Expansions, params);
  const rest = typeof params === "object" && params !== null ? { ...params, expand: undefined } : {};
  delete rest.expand;
  return { params: rest, expansions: expand };
}

/** https://docs.stripe.com/expand */
export function expand(simulator: Simulator, scope: Scope, response: object, expansions: string[]): object {
  if (expansions.length === 0) return response;
  const root: Node = { ...structuredClone(response) };
  for (const path of expansions) {
    const steps = path.split(".");
    if (steps.filter((step) => step !== "data").length > 4)
      throw invalidParam("expand", `You cannot expand more than 4 levels of a property: ${path}`);
    follow(simulator, scope, root, steps);
  }
  return root;
}

function follow(simulator: Simulator, scope: Scope, node: Node, [step = "", ...rest]: string[]): void {
  if (node.object === "list") {
    if (step !== "data" || rest.length === 0)
      throw cannotExpand(step, step === "data" ? undefined : `data.${step}`);
    for (const element of nodes(node.data)) follow(simulator, scope, element, rest);
    return;
  }
  const field = FIELDS[String(node.object)]?.[step];
  if (!field || (field === "inline" && rest.length === 0)) throw cannotExpand(step);
  const value = node[step];
  if (field === "line items") node[step] ??= lineItems(simulator, String(node.id));
  else if (field === "refunds") node[step] ??= refunds(simulator, scope, String(node.id));
  else if (typeof value === "string") node[step] = objectOf(simulator, scope, field, step, value) ?? value;
  if (rest.length > 0) for (const next of nodes([node[step]])) follow(simulator, scope, next, rest);
}

function objectOf(simulator: Simulator, scope: Scope, field: Field, step: string, id: string) {
  if (field === "account") return findAccount(simulator, id);
  if (field === "any object") return simulator.store.getAny(scope, id);
  if (typeof field !== "object") return undefined;
  if (ACROSS_ACCOUNTS.has(step)) return simulator.store.find(field.kind, id)?.object;
  return simulator.store.get(field.kind, scope, id);
}

function cannotExpand(step: string, instead?: string) {
  const hint = instead ? ` You may want to try expanding '${instead}' instead.` : "";
  return invalidParam("expand", `This property cannot be expanded (${step}).${hint}`);
}

/** Stripe expands the first ten; the session's own `line_items` has the rest. */
function lineItems(simulator: Simulator, session: string): Node {
  const items = simulator.store.parts("item", session);
  return {
    object: "list",
    data: items.slice(0, 10),
    has_more: items.length > 10,
    url: `/v1/checkout/sessions/${session}/line_items`,
  };
}

/** The latest ten; the list of refunds has the rest. */
const refunds = (simulator: Simulator, scope: Scope, charge: string) =>
  listPage(
    simulator,
    scope,
    { kind: "refund", url: `/v1/charges/${charge}/refunds`, where: whereField("charge", charge) },
    {},
  );

const nodes = (values: unknown): Node[] => (Array.isArray(values) ? values.filter(isNode) : []);
const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null;
