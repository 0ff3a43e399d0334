/** An answer that is no success, with a `code` that stays the same while the message may be reworded. */
export class HttpError extends Error {
  override name = "HttpError";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.code = code;
  }
}

/** 400: what was sent cannot be accepted. The message names the field. */
export class BadRequest extends HttpError {
  constructor(message: string, code = "bad_request") {
    super(400, code, message);
  }
}

/** Nobody is signed in: the page that says so leads to the sign-in, and from there to where the person was going. */
export class NotSignedIn extends HttpError {
  /** A path of ours. */
  readonly to: string;

  constructor(status: 400 | 401, code: string, message: string, to: string, options?: ErrorOptions) {
    super(status, code, message, options);
    this.to = to;
  }
}

/** 400: a sign-in came to nothing. */
export class SignInFailed extends NotSignedIn {
  constructor(message: string, to: string, options?: ErrorOptions) {
    super(400, "sign_in_failed", message, to, options);
  }
}

/** 401: a form came without a session, as after the sign-out in another tab; `to` is the page whose form it was. */
export class SignedOut extends NotSignedIn {
  constructor(to: string) {
    const message =
      "You were signed out meanwhile, so nothing was changed. Sign in again, and do it once more.";
    super(401, "unauthorized", message, to);
  }
}

/** 401: who asks is not known. */
export class Unauthorized extends HttpError {
  constructor() {
    super(401, "unauthorized", "Send a valid API key of this Space as `Authorization: Bearer <API key>`.");
  }
}

/** 404: it does not exist, or is not yours; nobody is told which. */
export class NotFound extends HttpError {
  constructor() {
    super(404, "not_found", "There is nothing here, or it is not yours.");
  }
}

/** 503: something we stand on does not answer; the same request may succeed later. */
export class Unavailable extends HttpError {
  constructor(message: string, options?: ErrorOptions & { code?: string }) {
    super(503, options?.code ?? "unavailable", message, options);
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
export class StripeRequestFailed extends HttpError {
  constructor(status: 409 | 503, code: string, message: string, options?: ErrorOptions) {
    super(status, code, message, options);
  }
}

/** True for what the AWS SDK throws, be it the table's answer, the way to it, or our own limit of its time. */
export const isDynamoError = (error: unknown): error is Error =>
  error instanceof Error &&
  ("$metadata" in error || error.name === "AbortError" || error.name === "TimeoutError");
