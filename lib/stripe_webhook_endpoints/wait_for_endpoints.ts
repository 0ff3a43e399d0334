import { withTimeout } from "../async/with_timeout.ts";
import type { EndpointsState } from "./endpoints_state.ts";

/** How long whoever connects or disconnects waits for the Space's webhook endpoints to follow, in ms. */
const PATIENCE_MS = 9_000;

/**
 * How the endpoints are after `change`; undefined where Stripe is slow: the change goes on, and the hourly check does
 * what is left of it.
 */
export const waitForEndpoints = (change: Promise<EndpointsState>): Promise<EndpointsState | undefined> =>
  withTimeout(change, PATIENCE_MS);
