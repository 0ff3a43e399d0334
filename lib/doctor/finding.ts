import * as v from "valibot";

/** What a check came to: `good`, `bad` with what to do, or `unknown` where only a person can find out. */
export type Result = { state: "good" | "bad" | "unknown"; message: string };

/** The same, with the name of the check. */
export type Finding = v.InferOutput<typeof Finding>;
export const Finding = v.object({
  check: v.string(),
  state: v.picklist(["good", "bad", "unknown"]),
  message: v.string(),
});
