import { vi } from "vitest";
import { PATIENCE_MS } from "./patience.ts";

/** Looks again and again until nothing fails; `expect.poll` does so for one value. */
export const waitFor = <Seen>(look: () => Seen | Promise<Seen>): Promise<Seen> =>
  vi.waitFor(look, { timeout: PATIENCE_MS });

/** Looks again and again until there is something to see. */
export const waitUntil = <Seen>(look: () => Seen | Promise<Seen>) =>
  vi.waitUntil(look, { timeout: PATIENCE_MS });
