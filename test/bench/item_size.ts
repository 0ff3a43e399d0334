import type { AttributeValue } from "@aws-sdk/client-dynamodb";

/** An item's size in bytes as DynamoDB counts it (DynamoDB docs, "DynamoDB item sizes and formats"). */
export const itemSize = (item: Record<string, AttributeValue>): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOf(value), 0);

/** Write units of an item of so many bytes. An index that has keys only takes one for an entry that comes or goes. */
export const writeUnits = (bytes: number): number => Math.ceil(bytes / 1_024);

function sizeOf({ S, N, B, L, M }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  // Two digits a byte, and one more for the exponent.
  if (N !== undefined) return Math.ceil(N.replace(/\D|^0+|0+$/g, "").length / 2) + 1;
  if (B !== undefined) return B.length;
  if (L !== undefined) return L.reduce((sum, value) => sum + 1 + sizeOf(value), 3);
  if (M !== undefined) return itemSize(M) + Object.keys(M).length + 3;
  return 1;
}
