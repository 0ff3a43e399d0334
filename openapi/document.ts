import type * as v from "valibot";
import type { RequiredRole } from "../lib/access/authorize.ts";
import { DeliveryJson } from "../lib/callbacks/delivery.ts";
import { CallbackJson } from "../lib/callbacks/present_callback.ts";
import { CheckoutJson } from "../lib/checkouts/present_checkout.ts";
import { type ErrorCode, HttpError } from "../lib/errors.ts";
import { MarketplaceForRoleJson, MarketplaceJson } from "../lib/marketplaces/present_marketplace.ts";
import { AttentionJson } from "../lib/money/attention.ts";
import { OrderJson } from "../lib/orders/present_order.ts";
import { RecoveryJson } from "../lib/overview/present_recovery.ts";
import { SpaceJson } from "../lib/overview/present_space.ts";
import { MarketplaceOverviewJson } from "../lib/pages/marketplace_page.ts";
import { WholeUtilityJson } from "../lib/pages/utility_page.ts";
import { WholeMarketplaceJson } from "../lib/pages/whole_marketplace.ts";
import { VendorStatementJson } from "../lib/statements/present_statement.ts";
import { FailureJson } from "../lib/stripe_events/failures.ts";
import { EventJson, WholeEventJson } from "../lib/stripe_events/present_event.ts";
import { WholeOrderJson } from "../lib/stripe_events/present_order_whole.ts";
import { EndpointsJson } from "../lib/stripe_webhook_endpoints/present_endpoints.ts";
import { UtilityJson } from "../lib/utilities/present_utility.ts";
import { callbacks } from "./callbacks.ts";
import { events } from "./events.ts";
import { jsonSchema } from "./json_schema.ts";
import { mails } from "./mails.ts";
import type { Operation, Subject } from "./operation.ts";
import { selling } from "./selling.ts";
import { service } from "./service.ts";
import { settings } from "./settings.ts";
import { spaces } from "./spaces.ts";
import { statements } from "./statements.ts";

const SUBJECTS: Subject[] = [selling, statements, callbacks, mails, events, spaces, settings, service];

/** What is answered by its name, so that a generated client has a type for it. */
const NAMED: Record<string, v.GenericSchema> = {
  Attention: AttentionJson,
  Callback: CallbackJson,
  Checkout: CheckoutJson,
  Delivery: DeliveryJson,
  Endpoints: EndpointsJson,
  Event: EventJson,
  Failure: FailureJson,
  Marketplace: MarketplaceJson,
  MarketplaceForRole: MarketplaceForRoleJson,
  MarketplaceOverview: MarketplaceOverviewJson,
  Order: OrderJson,
  Recovery: RecoveryJson,
  Space: SpaceJson,
  Utility: UtilityJson,
  VendorStatement: VendorStatementJson,
  WholeEvent: WholeEventJson,
  WholeMarketplace: WholeMarketplaceJson,
  WholeOrder: WholeOrderJson,
  WholeUtility: WholeUtilityJson,
};

const DESCRIPTION = `Every page of this service is JSON, too: for an API key of the Space, or in a session, and where \`Accept\` does not ask for \`text/html\`.

Times are ISO 8601. Money is an integer in the currency's smallest unit. A list answers \`{ data, next }\`; a query parameter that a route does not know is 400 \`unknown_parameter\`. An error is \`{ "error": { "code", "message" } }\`: the \`code\` does not change, the \`message\` is for people. What is answered may get new fields.

An API key may \`sell\`: place a Space's Orders and read them, as a shop's server does. Or it may \`manage\`: that, and whatever else takes no person in a session. Otherwise it is 403 \`scope_needed\` or \`person_needed\`.

On a Space's branded domain, the same paths answer without \`/spaces/{space}\`.`;

const PARAMETERS: Record<string, object> = {
  space: { description: "The Space's name in addresses.", schema: { type: "string" } },
  room: { description: "The Room's.", schema: { type: "string" } },
  marketplace: { schema: { type: "string", format: "uuid" } },
  utility: { schema: { type: "string", format: "uuid" } },
  delivery: { description: "A ULID.", schema: { type: "string" } },
  order: { description: "A ULID.", schema: { type: "string" } },
  month: { description: "In UTC, `2026-11`.", schema: { type: "string" } },
  event: { description: "Stripe's id, `evt_…`.", schema: { type: "string" } },
  replay: { description: "The id of a replay, a ULID.", schema: { type: "string" } },
};

const LIST_QUERY = [
  {
    name: "limit",
    in: "query",
    description: "How many rows a page has.",
    schema: { type: "integer", minimum: 1, maximum: 100, default: 50 },
  },
  {
    name: "next",
    in: "query",
    description: "The `next` of the page before; none for the first.",
    schema: { type: "string" },
  },
];

const WHO: Record<RequiredRole, string> = {
  person: "Whoever is signed in",
  representative: "A representative of the Marketplace's Vendor, a member of the Space, an operator",
  member: "A member of the Space, an operator",
  operator: "An operator",
  program: "No person",
};

/** The OpenAPI 3.1 document of every route that programs ask, made of the schemas that parse and of those of the answers. */
export function openapiDocument() {
  const paths: Record<string, Record<string, object>> = {};
  const responses: Record<string, object> = {};
  for (const { name, operations } of SUBJECTS)
    for (const [route, operation] of Object.entries(operations)) {
      const [method = "", path = ""] = route.split(" ");
      const described = describe(method, path, operation, responses);
      paths[path] = { ...paths[path], [method.toLowerCase()]: { tags: [name], ...described } };
    }
  return {
    openapi: "3.1.1",
    info: {
      title: "Stripe for Convene marketplaces",
      version: "1",
      description: DESCRIPTION,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/", description: "Where this document is." }],
    tags: SUBJECTS.map(({ name, description }) => ({ name, description })),
    paths,
    components: {
      schemas: Object.fromEntries(
        Object.entries(NAMED).map(([name, schema]) => {
          // Itself is no reference.
          const { [name]: _, ...others } = NAMED;
          return [name, jsonSchema(schema, "output", others)];
        }),
      ),
      responses: Object.fromEntries(Object.entries(responses).sort()),
      securitySchemes: {
        apiKey: {
          type: "http",
          scheme: "bearer",
          description: "An API key of the Space, which a member makes on the Space's page.",
        },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "session",
          description: "Of a person who is signed in; on https its name is `__Host-session`.",
        },
        csrf: {
          type: "apiKey",
          in: "header",
          name: "X-CSRF-Token",
          description:
            "With a session, what every JSON page answered in a header of the same name; and `Origin` is the service's own.",
        },
      },
    },
  };
}

function describe(method: string, path: string, operation: Operation, responses: Record<string, object>) {
  const {
    id,
    summary,
    description,
    role,
    scope,
    isList,
    query = {},
    idempotencyKey,
    body,
    answers,
  } = operation;
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
      name,
      in: "path",
      required: true,
      ...PARAMETERS[name],
    })),
    ...(isList ? LIST_QUERY : []),
    ...Object.entries(query).map(([name, words]) => ({
      name,
      in: "query",
      description: words,
      schema: { type: "string" },
    })),
    ...(idempotencyKey
      ? [{ name: "Idempotency-Key", in: "header", description: idempotencyKey, schema: { type: "string" } }]
      : []),
  ];
  const who = role && `${WHO[role]}${scope ? `; an API key that may \`${scope}\`` : "; no API key"}.`;
  return {
    operationId: id,
    summary,
    description: [description, who].filter(Boolean).join("\n\n"),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: jsonContent(jsonSchema(body, "input", NAMED)) } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, [words, schema]]) => [
          status,
          {
            description: words,
            ...(schema && { content: jsonContent(jsonSchema(schema, "output", NAMED)) }),
          },
        ]),
      ),
      ...refusals(errorsOf(method, operation), responses),
    },
    security: securityOf(method, operation),
  };
}

const jsonContent = (schema: object) => ({ "application/json": { schema } });

/** An API key of the scope, or a session of the role; with what a session needs to change something. */
function securityOf(method: string, { id, role, scope }: Operation): Record<string, string[]>[] {
  const session = { session: role ? [role] : [], ...(method === "POST" && { csrf: [] }) };
  if (id === "destroySession") return [session, {}];
  if (!role) return [];
  return [...(scope ? [{ apiKey: [scope] }] : []), ...(role === "program" ? [] : [session])];
}

/** What a route may be refused with: what is its own, and what its role, its body and its query bring along. */
function errorsOf(method: string, { role, scope, isList, errors = [] }: Operation): ErrorCode[] {
  const isForPeople = role !== undefined && role !== "program";
  const all: (ErrorCode | false)[] = [
    ...errors,
    role !== undefined && "unknown_parameter",
    // A body that is asked for nothing may still have a field that is none, `__proto__`.
    ((role !== undefined && method === "POST") || isList === true) && "invalid_field",
    role !== undefined && method === "POST" && "not_json",
    role !== undefined && "unauthorized",
    role !== undefined && role !== "person" && "not_found",
    scope === "manage" && "scope_needed",
    isForPeople && role !== "operator" && scope === undefined && "person_needed",
    isForPeople && method === "POST" && "foreign_form",
    "internal_error",
    "unavailable",
  ];
  return [...new Set(all.filter((code) => code !== false))].sort();
}

/** By status, each a component, which operations share that are refused alike. */
function refusals(codes: ErrorCode[], responses: Record<string, object>): Record<string, object> {
  const byStatus = Map.groupBy(codes, (code) => new HttpError(code, "").status);
  return Object.fromEntries(
    [...byStatus].map(([status, these]) => {
      const name = [status, ...these].join(".");
      // Where Stripe has a code for what is wrong with a checkout, that is the code.
      const isOpen = these.includes("refused_by_stripe");
      responses[name] = {
        description: these.map((code) => `\`${code}\`: ${new HttpError(code, "").title}.`).join(" "),
        content: jsonContent({
          type: "object",
          properties: {
            error: {
              type: "object",
              properties: {
                code: isOpen
                  ? { type: "string", description: "Or Stripe's own code." }
                  : { type: "string", enum: these },
                message: { type: "string" },
              },
              required: ["code", "message"],
            },
          },
          required: ["error"],
        }),
      };
      return [status, { $ref: `#/components/responses/${name}` }];
    }),
  );
}
