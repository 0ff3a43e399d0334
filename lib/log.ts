/**
 * One line of JSON an entry. Callers pass ids and reasons of our own making;
 * never a payload, a secret or another library's message, which may quote either.
 */
export const log = {
  info: (message: string, fields: Fields = {}): void => write("info", message, fields),
  warn: (message: string, fields: Fields = {}): void => write("warn", message, fields),
  error: (message: string, fields: Fields = {}): void => write("error", message, fields),
};

type Fields = Record<string, string | number | boolean | undefined>;

function write(level: "info" | "warn" | "error", message: string, fields: Fields): void {
  console[level](JSON.stringify({ level, message, ...fields }));
}

/** What may be told of an unexpected error: its name, and where it was thrown. Its message may quote a payload. */
export function describe(error: unknown): { error: string; at: string | undefined } {
  if (!(error instanceof Error)) return { error: typeof error, at: undefined };
  // A stack begins with the message.
  const frames = error.stack?.slice(error.stack.indexOf(error.message) + error.message.length);
  return { error: error.name, at: frames?.match(/^\s+at (.+)$/m)?.[1] };
}
