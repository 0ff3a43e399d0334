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
  /** What its failures are told by, in small letters: see cause.ts. Without one, it is by the file that threw it. */
  readonly code: string | undefined;
  /** The Marketplace it concerns, where that much is known. */
  readonly marketplace: string | undefined;

  constructor(message: string, { code, marketplace }: { code?: string; marketplace?: string } = {}) {
    super(message);
    this.code = code;
    this.marketplace = marketplace;
  }
}

/** Why a run failed: a code that is the same for all that fails so, and Stripe's name of its request, where it answered one. */
export type Why = { cause: string; request_id?: string | undefined };

/** How a run ended. `rate_limited` is no attempt: the run never was, and the event waits a little. */
export type Outcome = {
  detail: string;
  /** Whose the event is, or that it is nobody's here; absent where the run did not come to find out. */
  proved?: StoredEvent["proved"];
} & ({ outcome: "succeeded" | "ignored" | "rate_limited" } | Failed);

/** `again_at` says when to try again, where that is not for the backoff to say. */
type Failed = Why & { outcome: "retrying" | "dead"; again_at?: Date };
