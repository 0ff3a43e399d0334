import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { UserError } from "../cli/user_error.ts";

/** What `.local/demo.json` tells newcomers, scripts and tests. The file is there while the service is ready, and only then. */
export type Demo = v.InferOutput<typeof Demo>;
const Demo = v.object({
  baseUrl: v.string(),
  /** null with Stripe's own test mode. */
  simulatorUrl: v.nullable(v.string()),
  /** Where the mails are read. */
  mailboxUrl: v.string(),
  dynamodbEndpoint: v.string(),
  /** Who can sign in at the local issuer. */
  people: v.array(
    v.object({ email: v.string(), password: v.string(), role: v.string(), space: v.nullable(v.string()) }),
  ),
  spaces: v.array(
    v.object({
      space: v.string(),
      /** It may manage. */
      apiKey: v.string(),
      /** It may sell, as a shop's server. */
      sellKey: v.string(),
      utility: v.string(),
      stripeSecretKey: v.string(),
      marketplaces: v.array(
        v.object({
          name: v.string(),
          room: v.string(),
          marketplace: v.string(),
          connected: v.boolean(),
          forwardUrl: v.string(),
          webhookSecret: v.string(),
        }),
      ),
    }),
  ),
});

const fileIn = (localDir: string): string => join(localDir, "demo.json");

/** Written aside and renamed, so that whoever waits for the file finds it whole. */
export function writeDemo(localDir: string, demo: Demo): void {
  mkdirSync(localDir, { recursive: true });
  const aside = `${fileIn(localDir)}.new`;
  writeFileSync(aside, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  renameSync(aside, fileIn(localDir));
}

export const removeDemo = (localDir: string): void => rmSync(fileIn(localDir), { force: true });

/** @throws {UserError} where the service is not ready. */
export function readDemo(localDir: string): Demo {
  let text: string;
  try {
    text = readFileSync(fileIn(localDir), "utf8");
  } catch {
    throw new UserError("The service is not running. Start it in another terminal: npm start");
  }
  return v.parse(Demo, JSON.parse(text));
}
