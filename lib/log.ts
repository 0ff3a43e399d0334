import { AsyncLocalStorage } from "node:async_hooks";
import { now } from "./clock.ts";
import { configuration } from "./configuration.ts";
import { originalPosition } from "./source_map.ts";

/**
 * One line of JSON an entry. Callers pass ids and reasons of our own making;
 * never a payload, a secret or another library's message, which may quote either.
 */
export const log = {
  info: (message: string, fields: LogFields = {}, metrics: Metrics = {}): void =>
    write("info", message, fields, metrics),
  warn: (message: string, fields: LogFields = {}, metrics: Metrics = {}): void =>
    write("warn", message, fields, metrics),
  error: (message: string, fields: LogFields = {}, metrics: Metrics = {}): void =>
    write("error", message, fields, metrics),
};

export type LogFields = Record<string, string | number | boolean | undefined>;
/**
 * What CloudWatch counts: milliseconds where the name ends in `Ms`, seconds in `Seconds`, else how many. Several values of one
 * are so many measurements.
 */
type Metrics = Record<string, number | number[]>;

const around = new AsyncLocalStorage<LogFields>();

/** Every line that `work` logs, however deep, says these as well: which request or event it was for. */
export const withLogFields = <Result>(fields: LogFields, work: () => Result): Result =>
  around.run({ ...around.getStore(), ...fields }, work);

/**
 * The same for all that follows in this invocation, where there is no `work` to wrap. An invocation begins with its own
 * fields, not with those of whoever called it.
 */
export const enterLogFields = (fields: LogFields): void => around.enterWith(fields);

/** As many values as a metric of one line may have (CloudWatch docs, "Embedded metric format specification"). */
const MAX_VALUES = 100;
const collected = new Map<string, number[]>();

/** Measures what happens often in an invocation: the line that {@link writeCollected} writes at its end has all of it. */
export function collectMetric(name: string, value: number): void {
  const values = collected.get(name) ?? [];
  collected.set(name, values);
  if (values.push(value) === MAX_VALUES) writeCollected();
}

/** Writes what was collected, if anything was. */
export function writeCollected(): void {
  if (collected.size === 0) return;
  const metrics = Object.fromEntries(collected);
  collected.clear();
  log.info("measured", {}, metrics);
}

function write(level: "info" | "warn" | "error", message: string, fields: LogFields, metrics: Metrics): void {
  console[level](
    JSON.stringify({ level, message, ...around.getStore(), ...fields, ...embedded(metrics), ...metrics }),
  );
}

/**
 * Tells CloudWatch which fields of the line are metrics, so that no call and no line is made for them
 * (CloudWatch docs, "Embedded metric format specification").
 */
function embedded(metrics: Metrics): object {
  const names = Object.keys(metrics);
  if (names.length === 0) return {};
  const Metrics = names.map((Name) => ({ Name, Unit: unitOf(Name) }));
  return {
    stage: configuration.stage,
    _aws: {
      Timestamp: now().getTime(),
      CloudWatchMetrics: [{ Namespace: "ConveneStripe", Dimensions: [["stage"]], Metrics }],
    },
  };
}

const unitOf = (name: string): string => {
  if (name.endsWith("Ms")) return "Milliseconds";
  return name.endsWith("Seconds") ? "Seconds" : "Count";
};

/** What may be told of an unexpected error: its name, and where it was thrown. Its message may quote a payload. */
export function describeError(error: unknown): { error: string; at: string | undefined } {
  if (!(error instanceof Error)) return { error: typeof error, at: undefined };
  const [at] = framesOf(error);
  return { error: error.name, at: at && originalPosition(at) };
}

/** Where an error comes from, call by call, the innermost first, as its stack says it. */
export function framesOf({ stack, message }: Error): string[] {
  // A stack begins with the message.
  const frames = stack?.slice(stack.indexOf(message) + message.length) ?? "";
  return [...frames.matchAll(/^\s+at (.+)$/gm)].map(([, at = ""]) => at);
}
