import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord } from "aws-lambda";
import * as v from "valibot";
import { log } from "../log.ts";
import { StoredEvent } from "./stored_event.ts";

/**
 * The event that a stream record says was stored; undefined for any other change. An item that cannot be read
 * is logged and left: sent back to the stream, it would hold up all behind it.
 */
export function insertedEvent({ eventName, dynamodb }: DynamoDBRecord): StoredEvent | undefined {
  if (eventName !== "INSERT") return undefined;
  // Lambda's and the SDK's types of an attribute differ in bytes only, which the schema takes either way.
  const item = unmarshall((dynamodb?.NewImage ?? {}) as Record<string, AttributeValue>);
  const parsed = v.safeParse(StoredEvent, item);
  if (parsed.success) return parsed.output;
  log.error("an item of the events table cannot be read", { sequence_number: dynamodb?.SequenceNumber });
  return undefined;
}
