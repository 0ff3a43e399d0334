import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { createTables, tablesOf, tableVariables } from "../../local/tables.ts";

/** Each test file has tables of its own, so that files run side by side without seeing each other's events. */
const tables = tablesOf(`test-${randomBytes(6).toString("hex")}`);
const dynamodbEndpoint = inject("dynamodbEndpoint");
await createTables(dynamodbEndpoint, tables);

Object.assign(process.env, {
  AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint,
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
  // Nobody is there, so that the simulator's deliveries disturb no service that runs beside the tests.
  BASE_URL: "http://convene.invalid:3000",
  SEALING_KEY: randomBytes(32).toString("base64url"),
  SESSION_KEYS: randomBytes(32).toString("base64url"),
  // Nobody is there either: a test that signs in starts an issuer of its own.
  OIDC_ISSUER: "http://127.0.0.1:9",
  OIDC_CLIENT_ID: "convene",
  OPERATOR_EMAILS: "operator@convene.example",
  STRIPE_API_BASE: inject("simulatorUrl"),
  ...tableVariables(tables),
});
