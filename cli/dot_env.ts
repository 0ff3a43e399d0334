import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { UserError } from "./user_error.ts";

/**
 * Reads settings from a file of NAME=value; a file that is not there has none.
 * @throws {UserError} naming the line that is something else.
 */
export function readDotEnv(file: string): Record<string, string | undefined> {
  if (!existsSync(file)) return {};
  const text = readFileSync(file, "utf8");
  const broken = text
    .split("\n")
    .findIndex((line) => !/^\s*(?:#.*|(?:export\s+)?[A-Za-z_]\w*\s*=.*)?$/.test(line));
  if (broken >= 0) throw new UserError(`${file} is broken: line ${broken + 1} is not NAME=value.`);
  return parseEnv(text);
}
