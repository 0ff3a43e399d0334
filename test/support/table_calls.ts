import { dynamodb } from "../../lib/dynamodb/client.ts";

let recorded: string[] | undefined;

dynamodb.middlewareStack.add(
  (next, { commandName = "" }) =>
    async (request) => {
      recorded?.push(commandName.replace(/Command$/, ""));
      return await next(request);
    },
  { step: "initialize", name: "recorder" },
);

/** What the tables are asked while `run` runs, by the calls' names, as IAM has them, in their order. */
export async function tableCallsOf<Result>(
  run: () => Promise<Result>,
): Promise<{ result: Result; calls: string[] }> {
  const calls: string[] = [];
  recorded = calls;
  try {
    return { result: await run(), calls };
  } finally {
    recorded = undefined;
  }
}

const READS = ["BatchGetItem", "GetItem", "Query"];

/** Those of the calls that are more than reads of what they name. */
export const writesOf = (calls: readonly string[]): string[] => calls.filter((call) => !READS.includes(call));
