import type { ErasedJson } from "./erase_buyer.ts";

const count = (n: number, one: string): string => (n === 1 ? `1 ${one}` : `${n} ${one}s`);

/** What became of an erasure, in a sentence; it does not say whose. */
export function erasureNotice({ orders, payloads, complete, done_at }: ErasedJson): string {
  if (done_at) return "This buyer was erased before, and there was nothing left of them.";
  const what = `The buyer was taken out of ${count(orders, "Order")}, and the payloads of ${count(payloads, "event")} were erased.`;
  return complete
    ? `${what} Within the hour it is looked once more for what was under way meanwhile.`
    : `${what} The event log is longer than that: it goes on by itself.`;
}
