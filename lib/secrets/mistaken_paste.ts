/** Also of what begins so and is none. */
export const CLIENT_ID_SENTENCE =
  "A Connect client id begins with `ca_`. Find it at Stripe under Settings → Connect → OAuth.";

/** What a field asks for, by how it begins, and the sentence that says so. */
const WANTED = {
  api_token: [
    /^[sr]k_(?:test|live)_/,
    "A secret key begins with `sk_test_` or `sk_live_`, a restricted one with `rk_`.",
  ],
  client_id: [/^ca_/, CLIENT_ID_SENTENCE],
  webhook_secret: [/^whsec_/, "A webhook signing secret begins with `whsec_`."],
} satisfies Record<string, [looks: RegExp, sentence: string]>;

type Sentence = [looks: RegExp, sentence: string];

/** What was copied along with it. */
const WRAPPED: Sentence[] = [
  [
    /^(?:export\s+|set\s+)?["']?[a-z]\w*["']?\s*[=:]\s*["'`]?[a-z]+_\w/i,
    "There is a name before it. Copy only what is behind that.",
  ],
  [/^["'`‘’‚“”„«»‹›<]/, "There are quotes around it. Copy what is between them."],
];

/** What else people copy from Stripe's dashboard, from its CLI or from here (Stripe docs, "API keys", "Organization API keys"). */
const THINGS: Sentence[] = [
  [/^pk_/, "This is a publishable key."],
  [
    /^sk_org_/,
    "This is a key of a Stripe organization, and a Space sells through one account: copy that one's.",
  ],
  [
    /^rkcs_/,
    "This is the passing key of a sandbox that nobody has claimed. Claim it, then copy the secret key that it has.",
  ],
  [
    /^[sr]k_(?:test|live)_/,
    "This is a secret key of Stripe's. It belongs into `Api token`, on the page of the Stripe Utility.",
  ],
  [/^whsec_/, "This is a webhook signing secret. It belongs in a Marketplace's settings."],
  [/^(?:we|ed)_/, "This is a webhook endpoint's id. Its secret is on its page in Stripe's dashboard."],
  [/^ca_/, "This is a Connect client id. It has a field of its own, on the page of the Stripe Utility."],
  [/^acct_/, "This is an account's id."],
  [/^convene_/, "This is an API key of ours, for programs that call us."],
];

/** What is not whole, or more than that. */
const DAMAGED: Sentence[] = [
  // Chats and PDFs put in spaces that nobody sees.
  [/[\s\p{Cf}]/u, "There are spaces in it. Copy it alone."],
  [/[…*•]|\.{2}/, "This is how it is shown, with its middle left out. Copy the whole of it."],
];

/**
 * What is wrong with what was pasted into a field, as a sentence that repeats nothing of it, since it may be a secret;
 * undefined where it looks like what is wanted.
 */
export function mistakenPaste(text: string, wanted: keyof typeof WANTED): string | undefined {
  const [looks, sentence] = WANTED[wanted];
  const wrapped = sentenceFor(text, WRAPPED);
  if (wrapped) return wrapped;
  if (looks.test(text)) return sentenceFor(text, DAMAGED);
  return [sentenceFor(text, THINGS), sentence].filter(Boolean).join(" ");
}

const sentenceFor = (text: string, sentences: Sentence[]): string | undefined =>
  sentences.find(([looks]) => looks.test(text))?.[1];
