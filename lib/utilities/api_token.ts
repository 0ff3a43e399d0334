import * as v from "valibot";
import { Text } from "../http/body.ts";

/** What people paste by mistake, by how it looks; the first that fits is named. */
const MISTAKEN: [looks: RegExp, what: string][] = [
  [
    /^pk_/,
    "This is a publishable key. The secret key is beside it in Stripe's dashboard, and begins with `sk_`.",
  ],
  [/^whsec_/, "This is a webhook signing secret. It belongs on a Marketplace's page."],
  [/^ca_/, "This is a Connect client id. It has a field of its own."],
  [/^acct_/, "This is an account's id. The secret key begins with `sk_`."],
  // Chats and PDFs put in spaces that nobody sees.
  [/[\s\p{Cf}]/u, "There are spaces in it. Copy the key alone."],
  [/[…*•]|\.{2}/, "This is a key as it is shown, with its middle left out. Copy the whole key."],
  [
    /^(?!(?:sk|rk)_(?:test|live)_)/,
    "A secret key begins with `sk_test_` or `sk_live_`, a restricted one with `rk_`.",
  ],
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
    const mistaken = MISTAKEN.find(([looks]) => looks.test(token));
    if (mistaken) addIssue({ message: mistaken[1] });
  }),
);

/** What Stripe calls the mode of a key, or of what was made with it. */
export const modeOf = (livemode: boolean): "live" | "test" => (livemode ? "live" : "test");

export const isLive = (apiToken: string): boolean => /^[a-z]+_live_/.test(apiToken);
