import { join } from "node:path";

const PROJECT = `${join(import.meta.dirname, "..", "..")}/`;

/** Why a file does not load, for whoever saved it. The event log shows the name of what failed a run. */
export class LoadFailure extends Error {
  constructor(cause: unknown) {
    const { name, message, stack } = cause instanceof Error ? cause : new Error(String(cause));
    const place = placeIn(message) ?? placeIn(stack ?? "") ?? "A file";
    super(`${place} does not load: ${name}: ${message.replaceAll(PROJECT, "")}`, { cause });
    this.name = `${name} in ${place}`;
    // What it comes from is that file, not the one that loads it: two broken files are two causes (lib/stripe_events/cause.ts).
    this.stack = `${this.name}: ${this.message}\n    at ${/:\d+$/.test(place) ? place : `${place}:1`}`;
  }
}

/** The first of our files that a stack names, `lib/clock.ts:3`; and the importing file where one that it imports is missing. */
function placeIn(text: string): string | undefined {
  const [, path, line] =
    /imported from (\S+)$/.exec(text) ??
    /((?:\/[^\s/:?()]+)+\/(?:functions|lib)\/[^\s:?()]+\.ts)(?:\?generation=\d+)?:(\d+)/.exec(text) ??
    [];
  if (!path?.startsWith(PROJECT)) return undefined;
  return `${path.slice(PROJECT.length)}${line ? `:${line}` : ""}`;
}
