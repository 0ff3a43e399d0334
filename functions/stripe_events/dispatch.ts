import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { describeError, log, withLogFields } from "../../lib/log.ts";
import { dispatch } from "../../lib/stripe_events/dispatch.ts";
import { insertedEvent } from "../../lib/stripe_events/inserted_event.ts";

/** The stream of the events table brings what was just stored. Only trouble with the tables sends a record back to it. */
export const handler = (event: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> =>
  withLogFields({ request: context.awsRequestId }, () => dispatchAll(event));

async function dispatchAll({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const runs = Records.map(async (record) => {
    const event = insertedEvent(record);
    if (event) await dispatch(event);
  });
  const failures = (await Promise.allSettled(runs)).flatMap((run, index) => {
    if (run.status === "fulfilled") return [];
    log.error("a record goes back to the stream", describeError(run.reason));
    return [{ itemIdentifier: Records[index]?.dynamodb?.SequenceNumber ?? "" }];
  });
  return { batchItemFailures: failures };
}
