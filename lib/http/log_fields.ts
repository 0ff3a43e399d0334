import type middy from "@middy/core";
import type { Context } from "aws-lambda";
import { enterLogFields, type LogFields, writeCollected } from "../log.ts";

/** Every line that is logged from here on says which request or event it was for; the last has what was measured. */
export const logFields = <Event>(
  fieldsOf: (event: Event, context: Context) => LogFields,
): middy.MiddlewareObj<Event> => ({
  before: ({ event, context }) => enterLogFields(fieldsOf(event, context)),
  after: writeCollected,
  onError: writeCollected,
});
