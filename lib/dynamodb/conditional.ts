import { type AttributeValue, ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";

/** What a conditional write answered; undefined where its condition did not hold. */
export async function ifCondition<Output>(write: Promise<Output>): Promise<Output | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/**
 * The item that a write's condition failed for, in DynamoDB's own words; undefined where it held, and was written.
 * The write must ask for it: `ReturnValuesOnConditionCheckFailure: "ALL_OLD"`.
 */
export async function itemInTheWay(
  write: Promise<unknown>,
): Promise<Record<string, AttributeValue> | undefined> {
  try {
    await write;
    return undefined;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return error.Item ?? {};
    throw error;
  }
}
