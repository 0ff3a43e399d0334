import middy from "@middy/core";
import { logFields } from "./log_fields.ts";

/** The functions bound their own time, and answer what they have: middy ends none of them early. */
export const OWN_TIME = { timeoutEarlyInMillis: 0 };

/** A function that a schedule, a stream or an operator invokes. */
export const invocation = <Event = unknown>() =>
  middy<Event>(OWN_TIME).use(logFields((_event: unknown, { awsRequestId }) => ({ request: awsRequestId })));
