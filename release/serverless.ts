import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { execa } from "execa";
import { lockFolder } from "../cli/lock.ts";
import { UserError } from "../cli/user_error.ts";
import { PACKAGED_TEMPLATE } from "./template.ts";

const RELEASES = join(".local", "release");
const binary = createRequire(import.meta.url).resolve("serverless/bin/serverless.js");

/** Keeps other releases out of this checkout: osls works in one folder, .serverless/, whatever the stage. @throws {UserError} */
export const lockCheckout = (): (() => void) =>
  lockFolder(
    RELEASES,
    (owner) => `Another release is at work in this checkout (process ${owner}). Wait until it has ended.`,
  );

/**
 * Runs a command of the Serverless Framework for a stage.
 * @throws {UserError} with what it said, where it fails.
 */
export async function serverless(
  command: "package" | "deploy" | "remove" | "rollback",
  { stage, region, options = [] }: { stage: string; region: string; options?: string[] },
  environment: Record<string, string>,
): Promise<void> {
  const { failed, all } = await execa(
    process.execPath,
    [binary, command, "--stage", stage, "--region", region, ...options],
    {
      env: { ...environment, AWS_REGION: region, LOCAL_DIR: join(RELEASES, stage) },
      all: true,
      reject: false,
    },
  );
  if (failed) throw new UserError(`serverless ${command} failed:\n${all.trim()}`);
}

/**
 * Packages the service into a folder, which is emptied first. @throws {UserError} where it holds anything but a former package:
 * whoever names `.` does not mean to lose it.
 */
export async function packageService(
  stage: string,
  folder: string,
  environment: Record<string, string>,
): Promise<void> {
  const isOurs =
    !existsSync(folder) || readdirSync(folder).length === 0 || existsSync(join(folder, PACKAGED_TEMPLATE));
  if (!isOurs) throw new UserError(`${folder} holds something that is no package: name an empty folder.`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const region = environment.AWS_REGION ?? "";
  await serverless("package", { stage, region, options: ["--package", folder] }, environment);
}
