import type { StoredEvent } from "./stored_event.ts";

/** What a handler reports: the Marketplace and the Order it found, if any, and a sentence for the event log. */
export type HandlerResult = {
  outcome: "succeeded" | "ignored";
  detail: string;
  marketplace?: string | undefined;
  order?: string | undefined;
};

export const succeeded = (detail: string, marketplace?: string, order?: string): HandlerResult => ({
  outcome: "succeeded",
  detail,
  marketplace,
  order,
});

/** The event is fine and none of our business. */
export const ignored = (detail: string): HandlerResult => ({ outcome: "ignored", detail });

/** No retry can help: the event is dead until a human has looked and replays it. */
export class NonRetryableError extends Error {
  override name = "NonRetryableError";
  /** The Marketplace it concerns, where that much is known. */
  readonly marketplace: string | undefined;

  constructor(message: string, marketplace?: string) {
    super(message);
    this.marketplace = marketplace;
  }
}

/** How a run ended. `rate_limited` is no attempt: the run never was, and the event waits a little. */
export type Outcome = {
  outcome: "succeeded" | "ignored" | "retrying" | "dead" | "rate_limited";
  detail: string;
  /** Whose the event is, or that it is nobody's here; absent where the run did not come to find out. */
  proved?: StoredEvent["proved"];
  /** Of `retrying`: when to try again, where that is not for the backoff to say. */
  again_at?: Date;
};
