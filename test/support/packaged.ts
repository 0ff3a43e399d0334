import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of what was packaged for the stage `prod`: no domain, and a user pool of its own. */
    prod: string;
    /** The folder of what was packaged for the stage `try2`: with domains, and another issuer. */
    withDomain: string;
  }
}

export const DOMAINS = ["stripe.example.com", "shop.example.org", "*.shops.example.org"];
export const BOUNDARY = "arn:aws:iam::123456789012:policy/bounds-convene-stripe-try2";
export const CERTIFICATE = "arn:aws:acm:eu-central-1:123456789012:certificate/1";

/** Packages the service, as `npm run package` does, for two stages that differ in all that can differ. */
export default async function packaged(project: TestProject): Promise<() => void> {
  const root = mkdtempSync(join(tmpdir(), "convene-stripe-package-"));
  // One after the other: on its way into a folder, a package passes through .serverless/.
  const prod = await packageStage(root, "prod", {
    OPERATOR_EMAILS: "olivia@convene.example",
    RESERVED_CONCURRENCY: "50",
  });
  const withDomain = await packageStage(root, "try2", {
    OPERATOR_EMAILS: "olivia@convene.example",
    ALARM_EMAIL: "pager@convene.example",
    MAIL_FROM: "orders@convene.example",
    DOMAIN: DOMAINS[0],
    BRANDED_DOMAINS: DOMAINS.slice(1).join(","),
    CERTIFICATES: JSON.stringify(Object.fromEntries(DOMAINS.map((host) => [host, CERTIFICATE]))),
    OIDC_ISSUER: "https://login.example.com",
    OIDC_CLIENT_ID: "convene",
    BUDGET_OF: "account",
    PERMISSIONS_BOUNDARY: BOUNDARY,
  });
  project.provide("prod", prod);
  project.provide("withDomain", withDomain);
  return () => rmSync(root, { recursive: true });
}

async function packageStage(root: string, stage: string, settings: NodeJS.ProcessEnv): Promise<string> {
  const folder = join(root, stage);
  const serverless = createRequire(import.meta.url).resolve("serverless/bin/serverless.js");
  await promisify(execFile)(
    process.execPath,
    [serverless, "package", "--stage", stage, "--package", folder],
    {
      env: { ...process.env, LOCAL_DIR: join(".local", `test-package-${stage}`), ...settings },
    },
  );
  return folder;
}
