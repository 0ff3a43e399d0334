import * as v from "valibot";
import { Text } from "../http/body.ts";
import { mistakenPaste } from "../secrets/mistaken_paste.ts";

/** What begins like a key, and is none. */
const MALFORMED: [looks: RegExp, what: string][] = [
  [/^.{8}\w{0,11}$/, "This is only the beginning of a key. Copy the whole key."],
  [/^(?!.{8}\w{12,240}$)/s, "This is more than a key. Copy the key alone."],
];

/** A secret key, `sk_…`, or a restricted one, `rk_…`; empty keeps the one that is saved. */
export const ApiToken = v.pipe(
  Text,
  v.trim(),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed || dataset.value === "") return;
    const token = dataset.value;
    const message = mistakenPaste(token, "api_token") ?? MALFORMED.find(([looks]) => looks.test(token))?.[1];
    if (message) addIssue({ message });
  }),
);

/** What Stripe calls the mode of a key, or of what was made with it. */
export const modeOf = (livemode: boolean): "live" | "test" => (livemode ? "live" : "test");

export const isLive = (apiToken: string): boolean => /^[a-z]+_live_/.test(apiToken);
