import * as v from "valibot";
import { dynamodb } from "../../lib/dynamodb/client.ts";

const Units = v.object({ CapacityUnits: v.number() });
const Consumed = v.object({
  Table: Units,
  GlobalSecondaryIndexes: v.optional(v.record(v.string(), Units), {}),
});
const Answer = v.object({ ConsumedCapacity: v.optional(v.union([Consumed, v.array(Consumed)])) });

/** In units, by where: `table`, or the name of an index. */
type Taken = Record<string, number>;
let counting: { calls: RegExp; taken: Taken } | undefined;

dynamodb.middlewareStack.add(
  (next, { commandName = "" }) =>
    async (request) => {
      if (!counting?.calls.test(commandName)) return await next(request);
      const { taken } = counting;
      Object.assign(request.input, { ReturnConsumedCapacity: "INDEXES" });
      const answer = await next(request);
      const { ConsumedCapacity = [] } = v.parse(Answer, answer.output);
      for (const { Table, GlobalSecondaryIndexes } of [ConsumedCapacity].flat())
        for (const [where, { CapacityUnits }] of [
          ["table", Table] as const,
          ...Object.entries(GlobalSecondaryIndexes),
        ])
          taken[where] = (taken[where] ?? 0) + CapacityUnits;
      return answer;
    },
  { step: "initialize", name: "write units" },
);

/** The write units that `run` takes, by the tables' own account, and their sum. */
export const writeUnitsOf = (run: () => Promise<unknown>): Promise<Taken & { sum: number }> =>
  unitsOf(/^(?:Put|Update|TransactWrite)/, run);

/** The read units, likewise. */
export const readUnitsOf = (run: () => Promise<unknown>): Promise<Taken & { sum: number }> =>
  unitsOf(/^(?:Get|BatchGet|Query)/, run);

async function unitsOf(calls: RegExp, run: () => Promise<unknown>): Promise<Taken & { sum: number }> {
  const taken: Taken = {};
  counting = { calls, taken };
  try {
    await run();
  } finally {
    counting = undefined;
  }
  return { ...taken, sum: Object.values(taken).reduce((sum, units) => sum + units, 0) };
}
