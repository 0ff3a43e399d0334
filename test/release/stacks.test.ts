import { expect, it } from "vitest";
import { assertReady, type Deployed } from "../../release/stacks.ts";

const stackOf = (status: string): Deployed => ({
  name: "convene-stripe-try",
  status,
  outputs: {},
  tags: {},
});

it.each([undefined, "CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"])(
  "works on a stack that is %s",
  (status) => {
    expect(() => assertReady(status ? stackOf(status) : undefined, "deploy again")).not.toThrow();
  },
);

it.each([
  ["CREATE_IN_PROGRESS", "Wait until that has ended"],
  ["UPDATE_IN_PROGRESS", "Wait until that has ended"],
  ["UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "Wait until that has ended"],
  ["DELETE_IN_PROGRESS", "Wait until that has ended"],
  ["REVIEW_IN_PROGRESS", "nothing is in it"],
  ["ROLLBACK_COMPLETE", "delete it in the console"],
  ["ROLLBACK_FAILED", "delete it in the console"],
  ["CREATE_FAILED", "delete it in the console"],
  ["UPDATE_ROLLBACK_FAILED", "Continue update rollback"],
  ["DELETE_FAILED", "read why under its Events"],
  ["IMPORT_ROLLBACK_FAILED", "read why under its Events"],
])("names the way out of %s", (status, wayOut) => {
  expect(() => assertReady(stackOf(status), "deploy again")).toThrow(wayOut);
  expect(() => assertReady(stackOf(status), "deploy again")).toThrow(/deploy again\.$/);
});
