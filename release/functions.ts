import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { InvokeCommand, paginateListFunctions } from "@aws-sdk/client-lambda";
import * as v from "valibot";
import { UserError } from "../cli/user_error.ts";
import type { Clients } from "./clients.ts";
import { functionName, functionsLog } from "./names.ts";
import { artifactsOf, type Template } from "./template.ts";

const Failure = v.object({ errorMessage: v.string() });

/**
 * Runs a function of a stage and waits for what it answers.
 * @returns undefined where the release has no such function: one of long ago may not
 * @throws {UserError} with the sentence of its error.
 */
async function invoke(
  { lambda }: Pick<Clients, "lambda">,
  stage: string,
  name: string,
): Promise<{ answer: unknown } | undefined> {
  const FunctionName = functionName(stage, name);
  try {
    const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName, Payload: "{}" }));
    const answer: unknown = JSON.parse(Payload?.transformToString() || "null");
    if (!FunctionError) return { answer };
    const failure = v.safeParse(Failure, answer);
    const sentence = failure.success ? failure.output.errorMessage.replace(/\.$/, "") : FunctionError;
    throw new UserError(`${name} failed: ${sentence}. Its log is in ${functionsLog(stage)}.`);
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

/** In ms: how long a function may fail, and how long to wait before it is tried again. */
type Patience = { failing: number; pause: number };
/**
 * A role may take minutes to be known everywhere, and a stream that was just given to a function to bring its first event
 * (IAM, "Changes that I make are not always immediately visible"; Lambda, "Event source mappings").
 */
const PATIENCE: Patience = { failing: 5 * 60_000, pause: 5_000 };

/** Runs a function that was just deployed until it succeeds. @throws {UserError} with what it says when it still fails. */
export async function invokeUntilItWorks(
  clients: Pick<Clients, "lambda">,
  stage: string,
  name: string,
  patience = PATIENCE,
): ReturnType<typeof invoke> {
  const until = Date.now() + patience.failing;
  for (let said = ""; ; await wait(patience.pause))
    try {
      return await invoke(clients, stage, name);
    } catch (error) {
      if (!(error instanceof UserError) || Date.now() > until) throw error;
      if (said !== error.message)
        console.log(`${error.message} What is new may need some minutes; it is tried again.`);
      said = error.message;
    }
}

/** The functions whose artifacts in a folder are not what they run, by name. */
export async function changedFunctions(
  { lambda }: Clients,
  folder: string,
  template: Template,
): Promise<Set<string>> {
  const running = new Map<string, string>();
  for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {}))
    for (const { FunctionName = "", CodeSha256 = "" } of Functions) running.set(FunctionName, CodeSha256);
  const names = [...artifactsOf(template)].filter(([name, key]) => {
    const artifact = readFileSync(join(folder, key.slice(key.lastIndexOf("/") + 1)));
    return running.get(name) !== createHash("sha256").update(artifact).digest("base64");
  });
  return new Set(names.map(([name]) => name));
}
