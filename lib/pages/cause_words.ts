const SENTENCES: Record<string, string> = {
  "stripe:no_api_token": "The Space has no Stripe key yet. Save one on the page of its Utility.",
  "stripe:key_refused": "Stripe refuses the Space's key. Save another on the page of its Utility.",
  "stripe:key_restricted":
    "The Space's restricted key may not do this. The Utility's page says what it needs.",
  "stripe:timeout": "Stripe did not answer in time.",
  "stripe:unreachable": "Stripe could not be reached.",
  "stripe:resource_missing":
    "Stripe has no such object for the Space's key: mostly it is another platform's. It is looked for again in an hour, and then let be.",
  "run:lost": "Its runs did not come to an end: their process was lost each time.",
  "handler:order_mismatch":
    "A Checkout Session claims an Order that it does not fit. Each event's last run says in what.",
  "handler:object_without_id": "The object of the event has no id.",
};

/** By how a cause begins, where nothing is said of the very cause. */
const BEGINNINGS: [beginning: string, sentence: string][] = [
  ["stripe:http_5", "Stripe answered with a failure of its own."],
  ["stripe:", "Stripe refused what was asked of it."],
  ["table:", "A table did not answer, or refused."],
  ["kms:", "AWS KMS did not open the Space's key."],
];

/** What a cause means, for who is to mend it. */
export function causeWords(cause: string): string {
  const known = SENTENCES[cause] ?? BEGINNINGS.find(([beginning]) => cause.startsWith(beginning))?.[1];
  if (known) return known;
  const [, file] = /@(.+)$/.exec(cause) ?? [];
  return file
    ? `A mistake in our code, in ${file}: the logs say where. Deploy a fix.`
    : "A handler failed: the last run of each event says why.";
}
