import { crc32 } from "node:zlib";

/**
 * The index `due` of a table has its rows that are due, each by `due_shard` and `due_at`. It has 16 partitions, because
 * one alone would throttle writes at a few hundred a second.
 */
export const DUE_SHARDS = 16;
export const dueShardOf = (id: string): number => crc32(id) % DUE_SHARDS;
