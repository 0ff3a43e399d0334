import { randomBytes } from "node:crypto";
import { afterAll, vi } from "vitest";
import { resolveNothingInvalid } from "./names.ts";

/**
 * Gives a file of tests its environment, and modules that have seen no other file: a worker runs many of them. What the
 * file changes is as it was when it is over.
 */
export function setEnvironment(more: Record<string, string>): void {
  const before = { ...process.env };
  vi.resetModules();
  const resolveAll = resolveNothingInvalid();
  Object.assign(process.env, {
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    // Nobody is there, so that the simulator's deliveries disturb no service that runs beside the tests.
    BASE_URL: "http://convene.invalid:3000",
    API_URL: "http://convene.invalid:3000",
    SEALING_KEY: randomBytes(32).toString("base64url"),
    SESSION_KEYS: randomBytes(32).toString("base64url"),
    // Nobody is there either: a test that signs in starts an issuer of its own.
    OIDC_ISSUER: "http://127.0.0.1:9",
    OIDC_CLIENT_ID: "convene",
    OPERATOR_EMAILS: "operator@convene.example",
    BRANDED_DOMAINS: "shop.convene.example,late.convene.example",
    ...more,
  });
  afterAll(() => {
    resolveAll();
    vi.useRealTimers();
    vi.unstubAllEnvs();
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  });
}
