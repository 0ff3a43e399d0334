import dns from "node:dns";
import { once } from "node:events";
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";
import { now } from "../clock.ts";
import { isOnThisLaptop } from "./callback_url.ts";
import { isPublicAddress } from "./is_public_address.ts";

/** All that a receiver has, in ms, from its name's lookup to the end of its answer. */
const TIME_LIMIT_MS = 10_000;
/** So many bytes of an answer are let pass, unread, before its connection is cut. */
const MAX_ANSWER_BYTES = 64_000;

/** What came of a post: a status, or the code of what was in its way (`timeout`, `address_refused`, or Node's: `ECONNREFUSED`, …). */
export type Answer = { ms: number } & ({ status: number } | { error: string });

/**
 * Posts to somebody else's URL. Its name is looked up once, by whoever connects, so the address that was checked is the
 * one that is connected to, by the name's certificate. Redirects are not followed: they are an answer like any other.
 */
export async function post(url: URL, headers: Record<string, string>, body: string): Promise<Answer> {
  const began = now().getTime();
  const ms = (): number => now().getTime() - began;
  const signal = AbortSignal.timeout(TIME_LIMIT_MS);
  const { request } = url.protocol === "https:" ? https : http;
  try {
    const sent = request(url, { method: "POST", headers, agent: false, lookup: lookupFor(url), signal });
    // Once nobody waits for it any more, an error is nobody's.
    sent.on("error", () => {}).end(body);
    const [answer]: IncomingMessage[] = await once(sent, "response", { signal });
    if (!answer) throw new Error("there is no answer");
    await letPass(answer, signal);
    return { ms: ms(), status: answer.statusCode ?? 0 };
  } catch (error) {
    return { ms: ms(), error: signal.aborted ? "timeout" : codeOf(error) };
  }
}

/** Not cut off at once, which some receivers take for their caller's being gone. Its status stands, whatever becomes of it. */
async function letPass(answer: IncomingMessage, signal: AbortSignal): Promise<void> {
  let bytes = 0;
  answer
    .on("error", () => {})
    .on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_ANSWER_BYTES) answer.destroy();
    });
  await once(answer, "close", { signal }).catch(() => {});
}

/** The names of Node's codes say what was wrong, and quote nobody. */
const codeOf = (error: unknown): string => {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "failed";
};

class AddressRefused extends Error {
  readonly code = "address_refused";
}

/** Of several addresses all must be public: which of them is connected to is for the network to say. */
export const lookupFor =
  (url: URL): LookupFunction =>
  (hostname, options, callback) => {
    const isAllowed = isOnThisLaptop(url) ? () => true : isPublicAddress;
    dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) return callback(error ?? new AddressRefused(), "");
      if (!addresses.every(({ address }) => isAllowed(address))) return callback(new AddressRefused(), "");
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
