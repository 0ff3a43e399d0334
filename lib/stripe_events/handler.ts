import type Stripe from "stripe";
import type { Platform } from "../utilities/platform.ts";
import type { HandlerResult } from "./outcome.ts";

/** Stripe's name of a snapshot event's type. */
export type EventType = Stripe.Event["type"];

/**
 * What a handler may know of its event: type, account and the object's id. Everything else in a payload may be
 * stale, out of order or of another API version, so it is not there to be used: re-fetch the object.
 */
export type HandledEvent<Type extends EventType = EventType> = {
  space: string;
  /** `evt_…` */
  id: string;
  type: Type;
  /** Stripe's own time, s since the epoch. */
  created: number;
  livemode: boolean;
  /** The connected account that the event is of; absent for the platform's own. */
  account?: string | undefined;
  data: { object: { id: string } };
};

/** The Space's platform account, by the key its Distributor saved; and how the Space knows its buyers. */
export type HandlerContext = Pick<Platform, "stripe" | "buyers">;

/**
 * Acts on one event. It may run any number of times, in any order with others, and be cut off between any two lines:
 * what it does must come to the same in the end. Throwing means "try again"; {@link NonRetryableError} means "do not".
 */
export type Handler<Type extends EventType> = (
  event: HandledEvent<Type>,
  context: HandlerContext,
) => Promise<HandlerResult>;
