import { parseArgs } from "node:util";
import { UserError } from "../cli/user_error.ts";
import { assertStageName } from "./names.ts";

const OPTIONS = {
  stage: { type: "string" },
  region: { type: "string" },
  package: { type: "string" },
  yes: { type: "boolean" },
} as const;

const USAGE = {
  package:
    "npm run package takes -- --stage <stage>, and --package <folder>, which is otherwise .local/package/<stage>.",
  deploy: "npm run deploy takes -- --stage <stage>, and --region <region>, and --yes, which asks nothing.",
  remove: "npm run remove takes -- --stage <stage>, and --region <region>, and --yes, which asks nothing.",
  rollback:
    "npm run rollback takes -- --stage <stage>, and --region <region>, and --yes, which asks nothing.",
};

type Arguments = { stage: string; region?: string; package?: string; yes: boolean };

/**
 * Reads what a command was called with.
 * @throws {UserError} saying what it takes, or what a stage may be called.
 */
export function readArguments(command: keyof typeof USAGE, args = process.argv.slice(2)): Arguments {
  const { stage, yes = false, ...others } = parse(command, args);
  if (!stage) throw new UserError(`Which stage? ${USAGE[command]}`);
  assertStageName(stage);
  return { stage, yes, ...others };
}

function parse(command: keyof typeof USAGE, args: string[]) {
  try {
    const { values } = parseArgs({ args, options: OPTIONS });
    const stranger = Object.keys(values).find((name) => !USAGE[command].includes(`--${name}`));
    if (!stranger) return values;
  } catch {
    // What parseArgs says of it is no better.
  }
  throw new UserError(USAGE[command]);
}
