/**
 * Every error that is answered: by its `code`, which stays the same while the words may change, the status, the title of
 * the page that says it, and the words, which say what to do.
 */
const CATALOGUE = {
  // 400: what was sent cannot be accepted
  invalid_field: { status: 400, title: "That did not work", words: (sentence: string) => sentence },
  not_json: { status: 400, title: "That did not work", words: () => "The body is not JSON." },
  invalid_signature: {
    status: 400,
    title: "That did not work",
    words: () => "This is not signed with a webhook secret of this address.",
  },
  not_an_event: {
    status: 400,
    title: "That did not work",
    words: () => "The signature is right, but this is not an event.",
  },
  refused_by_stripe: { status: 400, title: "Stripe refused this", words: (sentence: string) => sentence },
  sign_in_failed: { status: 400, title: "That did not work", words: (sentence: string) => sentence },
  unknown_parameter: {
    status: 400,
    title: "That did not work",
    words: (name: string, known: readonly string[]) =>
      `There is no query parameter \`${name.slice(0, 50)}\` here${known.length > 0 ? `; there is ${known.map((each) => `\`${each}\``).join(" and ")}` : ""}.`,
  },

  // 401, 403, 404: who asks, and for what
  unauthorized: {
    status: 401,
    title: "You were signed out",
    words: (sentence = "Send a valid API key of this Space as `Authorization: Bearer <API key>`.") =>
      sentence,
  },
  foreign_form: {
    status: 403,
    title: "Not this way",
    words: () => "This form is too old, or not ours. Go back, reload the page, and try again.",
  },
  person_needed: {
    status: 403,
    title: "Not this way",
    words: () => "This takes a person, and no API key does. Let one sign in, and do it on the page.",
  },
  scope_needed: {
    status: 403,
    title: "Not this way",
    words: (scope: string) => `This API key may not do this: it takes one that may \`${scope}\`.`,
  },
  not_found: {
    status: 404,
    title: "Nothing here",
    words: () => "There is nothing here, or it is not yours.",
  },
  no_such_checkout_session: {
    status: 404,
    title: "Nothing here",
    words: (id: string) => `Stripe has no ${id} for this Space's key. Is it of another platform account?`,
  },

  // 409: what is there is against it
  already_connected: {
    status: 409,
    title: "Already connected",
    words: (account: string) => `This Marketplace is connected to ${account} already. Disconnect it first.`,
  },
  account_is_platform: {
    status: 409,
    title: "Not this account",
    words: (account: string) =>
      `${account} is the Space's own platform account. A Marketplace is connected to its Vendor's.`,
  },
  account_not_visible: {
    status: 409,
    title: "Not this account",
    words: (account: string) =>
      `Stripe does not show ${account} to this Space's key: it is not connected to the Space's platform account, or only in the other mode. Check the id, or press \`Connect to Stripe\`.`,
  },
  being_handled: {
    status: 409,
    title: "One moment",
    words: () => "This event is being handled right now. Look again in a moment.",
  },
  being_settled: {
    status: 409,
    title: "One moment",
    words: () => "This Order's money is being looked after right now. Look again in a moment.",
  },
  nothing_to_decide: {
    status: 409,
    title: "Nothing to do",
    words: (what: string) => `This Order does not wait for that: ${what}`,
  },
  refunded_already: {
    status: 409,
    title: "Refunded already",
    words: () => "This refund was made already. Look at the Order, and begin again for another.",
  },
  nothing_to_replay: {
    status: 409,
    title: "Nothing to do",
    words: () => "No event is so any more: what there was has been run since.",
  },
  not_refundable: {
    status: 409,
    title: "Not refunded",
    words: (why: string) => `Nothing was refunded: ${why}`,
  },
  refund_refused: {
    status: 409,
    title: "Not refunded",
    words: (sentence: string) => sentence,
  },
  branded_domain_taken: {
    status: 409,
    title: "That domain is taken",
    words: (host: string) => `${host} belongs to another Space, or somebody else saved meanwhile.`,
  },
  callback_switched_off: {
    status: 409,
    title: "Switched off",
    words: () =>
      "This callback is switched off, since its receiver answered 410. Save its URL again, and it is called again.",
  },
  changed_meanwhile: {
    status: 409,
    title: "Somebody was faster",
    words: (sentence = "Somebody else saved this meanwhile. Look again, then save.") => sentence,
  },
  checkout_under_way: {
    status: 409,
    title: "This Order is placed already",
    words: (session: string) => `${session} was made by a checkout here, which places its Order itself.`,
  },
  client_id_refused: {
    status: 409,
    title: "Stripe refused this",
    words: () =>
      "Stripe does not take the Connect client id for this account, so nothing was disconnected. Check it on the page of the Stripe Utility.",
  },
  https_needed: {
    status: 409,
    title: "Not without https",
    words: () =>
      "In live mode Stripe leads people back to an https address only, and this service is at an http one. Save a key of test mode, or ask an operator to serve this by https.",
  },
  last_member: {
    status: 409,
    title: "The last member stays",
    words: () => "This is the last member. Invite somebody else first.",
  },
  no_api_token: {
    status: 409,
    title: "No Stripe key yet",
    words: () => "This Space has no Stripe key yet. A member can save one on the page of its Stripe Utility.",
  },
  no_endpoints: {
    status: 409,
    title: "No webhook endpoints yet",
    words: () => "There are no webhook endpoints yet. Register them first.",
  },
  not_connected: {
    status: 409,
    title: "Not connected",
    words: () =>
      "This Marketplace is not connected to Stripe. Somebody can press `Connect to Stripe` on its page.",
  },
  not_invited: {
    status: 409,
    title: "Not invited",
    words: () => "The sign-in service does not take this email address.",
  },
  not_reachable: {
    status: 409,
    title: "Stripe cannot reach us",
    words: () =>
      "Stripe cannot reach this address. Use the `stripe listen` line in a Marketplace's settings.",
  },
  order_of_another_marketplace: {
    status: 409,
    title: "Another Marketplace's Order",
    words: (session: string) => `${session} pays an Order of another Marketplace already.`,
  },
  orders_open: { status: 409, title: "Orders are open", words: (sentence: string) => sentence },
  other_amounts: { status: 409, title: "Other amounts", words: (sentence: string) => sentence },
  recovery_under_way: {
    status: 409,
    title: "Already under way",
    words: () => "Stripe is being asked already. Look again in a minute.",
  },
  rotation_under_way: {
    status: 409,
    title: "Already under way",
    words: () =>
      "The secrets are being rotated already: the next time can be when the new endpoints have verified an event.",
  },
  space_exists: {
    status: 409,
    title: "That name is taken",
    words: (space: string) => `There is a Space ${space} already.`,
  },
  stripe_key_refused: {
    status: 409,
    title: "Stripe refuses the key",
    words: () =>
      "Stripe refuses this Space's key. A member can save another on the page of its Stripe Utility.",
  },
  stripe_key_restricted: {
    status: 409,
    title: "The key may not do this",
    words: (sentence: string) => `This Space's restricted key may not do this. ${sentence}`,
  },
  stripe_refused: { status: 409, title: "Stripe refused this", words: (sentence: string) => sentence },
  test_mode_needed: {
    status: 409,
    title: "Not in live mode",
    words: () =>
      "A test Order takes a Stripe key of test mode: with this Space's live key it would be a real sale.",
  },
  too_many_endpoints: {
    status: 409,
    title: "Too many webhook endpoints",
    words: (max: number) =>
      `The Stripe account has ${max} webhook endpoints, and Stripe allows no more. Delete one that nothing uses in Stripe's dashboard, then try again.`,
  },
  under_way: {
    status: 409,
    title: "One moment",
    words: () => "Somebody else is changing the webhook endpoints at this moment. Try again in a minute.",
  },
  utility_exists: {
    status: 409,
    title: "There is one already",
    words: () =>
      "This Space has a Stripe Utility already, and takes no second one. Another key is saved on that one's page.",
  },
  vendor_rejected: {
    status: 409,
    title: "The Vendor was rejected",
    words: (account: string) =>
      `Stripe has rejected ${account}, and pays it nothing, so this Marketplace sells nothing. Its Vendor can ask Stripe's support, or connect another account.`,
  },

  // 413, 422
  answer_too_large: {
    status: 413,
    title: "Too large",
    words: () => "This is too much to answer as it is. Ask for it packed, with `Accept-Encoding: gzip`.",
  },
  too_large: { status: 413, title: "Too large", words: () => "An event has at most 1 MB." },
  idempotency_key_reused: {
    status: 422,
    title: "That key was used",
    words: () => "This Idempotency-Key came with another request before.",
  },

  // 500, 503: ours, or what we stand on; the same request may succeed later
  internal_error: {
    status: 500,
    title: "Something went wrong",
    words: () => "Something went wrong on our side.",
  },
  stripe_busy: {
    status: 503,
    title: "Not now",
    words: () => "Stripe asks us to slow down. Try again in a minute.",
  },
  stripe_unavailable: {
    status: 503,
    title: "Not now",
    words: (sentence = "Stripe does not answer. Try again in a moment.") => sentence,
  },
  unavailable: { status: 503, title: "Not now", words: (sentence: string) => sentence },
} satisfies Record<string, { status: number; title: string; words: (...facts: never[]) => string }>;

export type ErrorCode = keyof typeof CATALOGUE;
type Facts = { [Code in ErrorCode]: Parameters<(typeof CATALOGUE)[Code]["words"]> };
const WORDS: { [Code in ErrorCode]: { words: (...facts: Facts[Code]) => string } } = CATALOGUE;

/** The words of the catalogue, with the facts in them. */
const wordsOf = <Code extends ErrorCode>(code: Code, ...facts: Facts[Code]): string =>
  WORDS[code].words(...facts);

/** An answer that is no success; {@link httpError} makes one with the catalogue's words. */
export class HttpError extends Error {
  override name = "HttpError";
  readonly status: number;
  /** What programs go by. */
  readonly code: string;
  /** Of the page that says it. */
  readonly title: string;

  constructor(
    code: ErrorCode,
    message: string,
    options?: ErrorOptions & { stripeCode?: string | undefined },
  ) {
    super(message, options);
    const { status, title } = CATALOGUE[code];
    this.status = status;
    this.title = title;
    // Where Stripe has a code for what is wrong with a request, its callers know that one.
    this.code = options?.stripeCode ?? code;
  }
}

/** @example throw httpError("space_exists", space) */
export const httpError = <Code extends ErrorCode>(code: Code, ...facts: Facts[Code]): HttpError =>
  new HttpError(code, wordsOf(code, ...facts));

/** 400, unless told: what was sent cannot be taken, field by field. A page says each at its field. */
export class ValidationError extends HttpError {
  readonly fields: Record<string, string>;

  constructor(fields: Record<string, string>, code: ErrorCode = "invalid_field") {
    const [[field, message] = ["body", "is wrong"]] = Object.entries(fields);
    super(code, `${field}: ${message}`);
    this.fields = fields;
  }
}

/** Nobody is signed in: the page that says so leads to the sign-in, and from there to where the person was going. */
export class NotSignedIn extends HttpError {
  /** A path of ours. */
  readonly to: string;

  constructor(code: "sign_in_failed" | "unauthorized", message: string, to: string, options?: ErrorOptions) {
    super(code, message, options);
    this.to = to;
  }
}

/** 400: a sign-in came to nothing. */
export class SignInFailed extends NotSignedIn {
  constructor(message: string, to: string, options?: ErrorOptions) {
    super("sign_in_failed", message, to, options);
  }
}

/** 401: a form came without a session, as after the sign-out in another tab; `to` is the page whose form it was. */
export class SignedOut extends NotSignedIn {
  constructor(to: string) {
    const message =
      "You were signed out meanwhile, so nothing was changed. Sign in again, and do it once more.";
    super("unauthorized", message, to);
  }
}

/** 401: who asks is not known. */
export class Unauthorized extends HttpError {
  constructor() {
    super("unauthorized", wordsOf("unauthorized"));
  }
}

/** 404: it does not exist, or is not yours; nobody is told which. */
export class NotFound extends HttpError {
  constructor() {
    super("not_found", wordsOf("not_found"));
  }
}

/** 503: something we stand on does not answer; the same request may succeed later. */
export class Unavailable extends HttpError {
  constructor(message: string, options?: ErrorOptions) {
    super("unavailable", message, options);
  }
}

/** 503: AWS KMS, which seals and opens the secrets, does not answer, or refuses us its key. */
export class KmsUnavailable extends Unavailable {
  /** What the SDK threw, by name. */
  readonly reason: string;

  constructor(cause: unknown) {
    super("The service that opens our secrets does not answer. Try again in a moment.", { cause });
    this.reason = cause instanceof Error ? cause.name : "unknown";
  }
}

/** What Stripe refused (409), or did not answer (503): the page that it was asked from says so, in this sentence. */
export class StripeRequestFailed extends HttpError {}

/** @example throw stripeRequestFailed("no_endpoints") */
export const stripeRequestFailed = <Code extends ErrorCode>(
  code: Code,
  ...facts: Facts[Code]
): StripeRequestFailed => new StripeRequestFailed(code, wordsOf(code, ...facts));

/** True for what the AWS SDK throws, be it the table's answer, the way to it, or our own limit of its time. */
export const isDynamoError = (error: unknown): error is Error =>
  error instanceof Error &&
  ("$metadata" in error || error.name === "AbortError" || error.name === "TimeoutError");
