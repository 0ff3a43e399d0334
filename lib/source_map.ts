import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";

/**
 * Where in our sources a line of a stack is, `lib/orders/move_order.ts:41`, by the source map beside the artifact. Read when
 * something has failed only: Node's own `--enable-source-maps` costs every cold start 13 ms of 57 (receiveStripeEvent).
 * @param at as in a stack, `moveOrder (/var/task/functions/stripe_events/dispatch.cjs:9:2042)`; it stays what it is without a map
 */
export function originalPosition(at: string): string {
  const [, file = "", line, column] = /\(?(\/[^():]+):(\d+):(\d+)\)?$/.exec(at) ?? [];
  if (!file.endsWith(".cjs")) return at;
  try {
    const entry = mapOf(file).findEntry(Number(line) - 1, Number(column) - 1);
    if (!("originalSource" in entry)) return at;
    // From the folder that the project is in, wherever that was packaged.
    const source = entry.originalSource.replace(/^.*?(?=(?:lib|functions|node_modules)\/)|^(?:\.\.\/)+/, "");
    return `${source}:${entry.originalLine + 1}`;
  } catch {
    return at; // an error about an error helps nobody
  }
}

/** A map takes 50 ms to read and 20 MB to keep: one failure reads it once, and then the memory may have it back. */
let lastRead: { file: string; map: WeakRef<SourceMap> } | undefined;

function mapOf(file: string): SourceMap {
  const kept = lastRead?.file === file ? lastRead.map.deref() : undefined;
  if (kept) return kept;
  const map = new SourceMap(JSON.parse(readFileSync(`${file}.map`, "utf8")));
  lastRead = { file, map: new WeakRef(map) };
  return map;
}
