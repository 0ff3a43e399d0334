import { describe, expect, it } from "vitest";
import { indexChanges } from "../../release/indexes.ts";

const index = (name: string, key = name) => ({
  IndexName: name,
  KeySchema: [{ AttributeName: key, KeyType: "HASH" }],
  Projection: { ProjectionType: "KEYS_ONLY" },
});
const events = (...GlobalSecondaryIndexes: object[]) => ({
  Resources: {
    EventsTable: {
      Type: "AWS::DynamoDB::Table",
      Properties: { TableName: "events", GlobalSecondaryIndexes },
    },
  },
});

describe("of a table's indexes a deploy", () => {
  it("makes or removes one", () => {
    const table = "events";
    expect(indexChanges(events(index("due")), events(index("due")))).toEqual([]);
    expect(indexChanges(events(index("due")), events(index("log"), index("due")))).toEqual([
      { table, index: "+log" },
    ]);
    expect(indexChanges(events(index("due")), events())).toEqual([{ table, index: "-due" }]);
  });

  it("makes all with a table that is new", () => {
    expect(indexChanges({ Resources: {} }, events(index("due"), index("log")))).toEqual([]);
  });

  it.each([
    ["makes two", events(), events(index("due"), index("log")), "+due, +log"],
    ["makes one for another", events(index("due")), events(index("log")), "+log, -due"],
    ["removes two", events(index("due"), index("log")), events(), "-due, -log"],
  ])("never %s", (_what, before, after, which) => {
    expect(() => indexChanges(before, after)).toThrow(
      `This would make or remove 2 indexes of EventsTable (${which}), and AWS does that to one of a table at a time`,
    );
  });

  it("never changes one", () => {
    expect(() => indexChanges(events(index("due")), events(index("due", "due_shard")))).toThrow(
      "This would change the index due of EventsTable, and AWS changes none",
    );
  });
});
