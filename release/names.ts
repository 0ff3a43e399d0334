import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { UserError } from "../cli/user_error.ts";

const SERVICE = "convene-stripe";
const ACCOUNT_DIGITS = 12;

export const serviceStack = (stage: string): string => `${SERVICE}-${stage}`;
/** The stack of what outlives the functions: aws/data.yml. */
export const dataStack = (stage: string): string => `${SERVICE}-${stage}-data`;
export const functionName = (stage: string, name: string): string => `${SERVICE}-${stage}-${name}`;
/** The log group of all functions: aws/logs.yml. */
export const functionsLog = (stage: string): string => `/aws/lambda/${SERVICE}-${stage}-functions`;
/** What alarms are told to: aws/alarms.yml. */
export const alarmTopic = (stage: string): string => `${SERVICE}-${stage}-alarms`;
export const tableName = (stage: string, table: "settings" | "events" | "orders"): string =>
  `${SERVICE}-${stage}-${table}`;
/** Where osls keeps what it deploys, in the deployment bucket. */
export const deploymentPrefix = (stage: string): string => `serverless/${SERVICE}/${stage}/`;
const loginDomain = (stage: string): string => `${SERVICE}-${stage}-${"0".repeat(ACCOUNT_DIGITS)}`;

/** What a name of AWS's may have of characters. Names that CloudFormation makes up it also cuts to fit. */
const LIMITS = { "a function's name": 64, "a sign-in domain": 63 };

/**
 * Says no to a stage whose names AWS would refuse, or take for another stage's.
 * @throws {UserError} saying what a stage may be called.
 */
export function assertStageName(stage: string): void {
  // No hyphens: what is called convene-stripe-prod-* is of `prod`, and of no `prod-2`. aws/deployer.yml goes by that.
  if (!/^[a-z][a-z0-9]*$/.test(stage))
    throw new UserError(
      `"${stage}" cannot be a stage: its name has lower-case letters and digits, and starts with a letter.`,
    );
  if (stage === "local")
    throw new UserError("The stage `local` is the laptop's: npm start. Choose another name.");
  const reserved = ["amazon", "aws", "cognito"].find((word) => stage.includes(word));
  if (reserved)
    throw new UserError(
      `"${stage}" cannot be a stage: AWS lets no sign-in domain have "${reserved}" in its name.`,
    );
  for (const [what, name, limit] of longestNames(stage)) {
    const over = name.length - limit;
    if (over > 0)
      throw new UserError(
        `"${stage}" is too long for a stage by ${over}: ${what} may have ${limit} characters, and ${name} has ${name.length}.`,
      );
  }
}

function longestNames(stage: string): [what: string, name: string, limit: number][] {
  const functions = Object.keys(
    parse(readFileSync("serverless.yml", "utf8"), { logLevel: "silent" }).functions,
  );
  const longest = functions.reduce((one, other) => (other.length > one.length ? other : one));
  return [
    ["a function's name", functionName(stage, longest), LIMITS["a function's name"]],
    ["a sign-in domain", loginDomain(stage), LIMITS["a sign-in domain"]],
  ];
}
