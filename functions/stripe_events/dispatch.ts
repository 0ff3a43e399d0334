import type { DynamoDBStreamEvent } from "aws-lambda";
import { after, now } from "../../lib/clock.ts";
import { invocation } from "../../lib/http/invocation.ts";
import { batchItemFailures } from "../../lib/stripe_events/batch_item_failures.ts";
import { dispatch } from "../../lib/stripe_events/dispatch.ts";
import { insertedEvent } from "../../lib/stripe_events/inserted_event.ts";

/** The stream of the events table brings what was just stored. An event whose end could not be written goes back to it. */
export const handler = invocation<DynamoDBStreamEvent>()
  .use(batchItemFailures)
  .handler(({ Records }, context) => {
    const end = after(now(), context.getRemainingTimeInMillis());
    return Promise.allSettled(
      Records.map(async (record) => {
        const event = insertedEvent(record);
        if (event) await dispatch(event, end);
      }),
    );
  });
