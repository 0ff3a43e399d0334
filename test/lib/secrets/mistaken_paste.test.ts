import { randomBytes } from "node:crypto";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { MarketplaceForm, MarketplaceUpdate } from "../../../lib/marketplaces/update_marketplace.ts";
import { UtilityUpdate } from "../../../lib/stripe_account/update_utility.ts";

const body = randomBytes(24).toString("hex");

/** What each field that takes something of Stripe's says to what was pasted into it. */
const FIELDS = {
  "Api token": (pasted: string) => complaint(UtilityUpdate, { version: 0, api_token: pasted }),
  "Connect client id": (pasted: string) => complaint(UtilityUpdate, { version: 0, client_id: pasted }),
  "Webhook signing secret": (pasted: string) => complaint(MarketplaceForm, { add_webhook_secret: pasted }),
  "a program's list of them": (pasted: string) =>
    complaint(MarketplaceUpdate, { stripe_webhook_endpoint_secret: [pasted] }),
};
const complaint = (schema: v.GenericSchema, input: object) =>
  v.safeParse(schema, input).issues?.map(({ message }) => message);

const KEY = "A secret key begins with `sk_test_` or `sk_live_`, a restricted one with `rk_`.";
const CLIENT_ID =
  "A Connect client id begins with `ca_`. Find it at Stripe under Settings → Connect → OAuth.";
const SECRET = "A webhook signing secret begins with `whsec_`.";
const NAMED = "There is a name before it. Copy only what is behind that.";
const QUOTED = "There are quotes around it. Copy what is between them.";

type Case = [what: string, pasted: string, named: string];
const WRONG_THINGS: Case[] = [
  ["a publishable key", `pk_test_${body}`, "This is a publishable key."],
  ["a live publishable key", `pk_live_${body}`, "This is a publishable key."],
  [
    "an organization's key",
    `sk_org_test_${body}`,
    "This is a key of a Stripe organization, and a Space sells through one account: copy that one's.",
  ],
  [
    "the key of an unclaimed sandbox",
    `rkcs_test_${body}`,
    "This is the passing key of a sandbox that nobody has claimed. Claim it, then copy the secret key that it has.",
  ],
  [
    "an endpoint's id",
    "we_1MtJHmLkdIwHu7ixiV2WQ4Bk",
    "This is a webhook endpoint's id. Its secret is on its page in Stripe's dashboard.",
  ],
  [
    "an event destination's id",
    "ed_test_61RTgVuSpMyT5TNPK16",
    "This is a webhook endpoint's id. Its secret is on its page in Stripe's dashboard.",
  ],
  ["an account's id", "acct_1032D82eZvKYlo2C", "This is an account's id."],
  [
    "an API key of ours",
    `convene_demo_${"A".repeat(43)}`,
    "This is an API key of ours, for programs that call us.",
  ],
];
const KEY_BELONGS =
  "This is a secret key of Stripe's. It belongs into `Api token`, on the page of the Stripe Utility.";
const A_SECRET_KEY: Case = ["a secret key", `sk_test_${body}`, KEY_BELONGS];
const A_RESTRICTED_KEY: Case = ["a restricted key", `rk_live_${body}`, KEY_BELONGS];
const A_CLIENT_ID: Case = [
  "a client id",
  `ca_${body}`,
  "This is a Connect client id. It has a field of its own, on the page of the Stripe Utility.",
];
const A_WEBHOOK_SECRET: Case = [
  "a webhook secret",
  `whsec_${body}`,
  "This is a webhook signing secret. It belongs in a Marketplace's settings.",
];

const CASES: [field: keyof typeof FIELDS, right: string, wanted: string, others: Case[]][] = [
  ["Api token", `sk_test_${body}`, KEY, [A_WEBHOOK_SECRET, A_CLIENT_ID]],
  ["Connect client id", `ca_${body}`, CLIENT_ID, [A_WEBHOOK_SECRET, A_SECRET_KEY, A_RESTRICTED_KEY]],
  ["Webhook signing secret", `whsec_${body}`, SECRET, [A_CLIENT_ID, A_SECRET_KEY, A_RESTRICTED_KEY]],
  ["a program's list of them", `whsec_${body}`, SECRET, [A_CLIENT_ID, A_SECRET_KEY, A_RESTRICTED_KEY]],
];

describe.each(CASES)("into %s", (field, right, wanted, others) => {
  const told = FIELDS[field];

  it.each([...WRONG_THINGS, ...others])("%s is named as what it is", (_what, pasted, named) => {
    expect(told(pasted)).toEqual([`${named} ${wanted}`]);
    expect(told(`  ${pasted}\n`)).toEqual([`${named} ${wanted}`]);
    expect(named).not.toContain(body);
  });

  it.each([
    `xoxb-${body}`,
    `sk_prod_${body}`,
    `SK_TEST_${body}`,
    "4242",
    "https://dashboard.stripe.com/test/apikeys",
  ])("%s, which nobody knows, is told what is wanted", (pasted) => {
    expect(told(pasted)).toEqual([wanted]);
  });

  it.each([
    ["in quotes", `"${right}"`, QUOTED],
    ["in single quotes", `'${right}'`, QUOTED],
    ["in a letter's quotes", `“${right}”`, QUOTED],
    ["in backticks", `\`${right}\``, QUOTED],
    ["behind a quote", `"${right}`, QUOTED],
    ["as a line of .env", `STRIPE_SECRET=${right}`, NAMED],
    ["as a line of .env with quotes", `STRIPE_SECRET="${right}"`, NAMED],
    ["as a line of a shell", `export STRIPE_SECRET=${right}`, NAMED],
    ["as a line of YAML", `stripe_secret: ${right}`, NAMED],
    ["as a field of JSON", `"stripe_secret": "${right}"`, NAMED],
    ["with a space that nobody sees", `${right}\u200B`, "There are spaces in it. Copy it alone."],
  ])("the right thing %s is told what is too much", (_how, pasted, message) => {
    expect(told(pasted)).toEqual([message]);
  });

  it("the right thing alone is taken", () => {
    expect(told(right)).toBeUndefined();
  });
});

it("takes a secret that ends as base64 does", () => {
  expect(FIELDS["Webhook signing secret"](`whsec_${"A".repeat(30)}==`)).toBeUndefined();
});
