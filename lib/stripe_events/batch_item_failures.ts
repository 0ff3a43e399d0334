import type middy from "@middy/core";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { describeError, log } from "../log.ts";

/**
 * What was thrown for a record sends that record back to the stream, and no other (AWS docs, "Configuring partial batch
 * response with DynamoDB and Lambda"). The handler answers how each record went, in their order.
 */
export const batchItemFailures: middy.MiddlewareObj<
  DynamoDBStreamEvent,
  PromiseSettledResult<void>[] | DynamoDBBatchResponse
> = {
  after: (step) => {
    const { response } = step;
    if (!Array.isArray(response)) return;
    const failures = response.flatMap((run, index) => {
      if (run.status === "fulfilled") return [];
      log.error("a record goes back to the stream", describeError(run.reason), { RecordsReturned: 1 });
      return [{ itemIdentifier: step.event.Records[index]?.dynamodb?.SequenceNumber ?? "" }];
    });
    step.response = { batchItemFailures: failures };
  },
};
