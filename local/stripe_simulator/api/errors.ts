/** https://docs.stripe.com/api/errors */
interface ErrorBody {
  type: "api_error" | "card_error" | "idempotency_error" | "invalid_request_error";
  message: string;
  code?: string;
  param?: string;
  doc_url?: string;
  charge?: string;
  decline_code?: string;
  payment_intent?: object;
}

/** An error response. `validated` says whether the request had passed the validation of its parameters:
 *  only then does Stripe save the response for its idempotency key (https://docs.stripe.com/api/idempotent_requests). */
export class ApiError extends Error {
  readonly status: number;
  readonly body: ErrorBody;
  readonly validated: boolean;

  constructor(status: number, body: ErrorBody, { validated = false } = {}) {
    super(body.message);
    this.status = status;
    this.body = body.code
      ? { ...body, doc_url: `https://stripe.com/docs/error-codes/${body.code.replaceAll("_", "-")}` }
      : body;
    this.validated = validated;
  }
}

const invalid = (status: number, message: string, details: { code?: string; param?: string } = {}) =>
  new ApiError(status, { type: "invalid_request_error", message, ...details });

/** A parameter that fails validation. */
export const invalidParam = (param: string, message: string, code?: string) =>
  invalid(400, message, code ? { param, code } : { param });

/** A request with valid parameters that Stripe rejects nevertheless, for example because of the object's state. */
export const invalidRequest = (message: string, details: { code?: string; param?: string } = {}) =>
  new ApiError(400, { type: "invalid_request_error", message, ...details }, { validated: true });

/** A card that was declined: an answer that changes objects nevertheless, so handlers return it (see `Handler`). */
export const cardDeclined = (details: Omit<ErrorBody, "type">) =>
  new ApiError(402, { type: "card_error", ...details }, { validated: true });

export const resourceMissing = (what: string, id: string, param: string, hint = "") =>
  invalid(404, `No such ${what}: '${id}'${hint}`, { code: "resource_missing", param });

export const missingApiKey = () =>
  invalid(
    401,
    "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.",
  );

export const invalidApiKey = (key: string) => invalid(401, `Invalid API Key provided: ${redacted(key)}`);

export const noAccessToAccount = (key: string, account: string) =>
  invalid(
    403,
    `The provided key '${redacted(key)}' does not have access to account '${account}' (or that account does not exist). Application access may have been revoked.`,
    { code: "account_invalid" },
  );

/** For an account that is connected to the platform but was not created by it. */
export const notControlled = (account: string) =>
  invalid(
    403,
    `This application does not have the required permissions for this endpoint on account '${account}'.`,
  );

export const accountNotConnected = () =>
  invalid(
    400,
    "You requested an account link for an account that is not connected to your platform or does not exist.",
    { code: "account_invalid" },
  );

export const missingPermission = (key: string, account: string, permission: string) =>
  invalid(
    403,
    `The provided key '${redacted(key)}' does not have the required permissions for this endpoint on account '${account}'. Having the 'rak_${permission}' permission would allow this request to continue.`,
    { code: "more_permissions_required" },
  );

export const unrecognizedUrl = (method: string, path: string) =>
  invalid(
    404,
    `Unrecognized request URL (${method}: ${path}). If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier in your code. Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
  );

/** For what Stripe has. */
export const notPlayed = (method: string, path: string) =>
  invalid(404, `This simulator does not play ${method} ${path}.`);

export const notFormEncoded = () =>
  invalid(400, "Invalid request (check that your POST content type is application/x-www-form-urlencoded).");

/** For the log only: nobody is left to receive it. */
export const clientDisconnected = () => invalid(400, "The client hung up before its request was complete.");

export const rateLimited = () =>
  invalid(
    429,
    "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.",
    { code: "rate_limit" },
  );

/** An injected fault. */
export const serverError = (status: 500 | 503) =>
  new ApiError(status, {
    type: "api_error",
    message: `Sorry, there was a problem on Stripe's end: a fault set for this account asks for a ${status}.`,
  });

/** A bug in the simulator itself. */
export const internalError = (error: unknown) =>
  new ApiError(500, { type: "api_error", message: `The Stripe simulator failed: ${error}` });

export const idempotencyKeyTooLong = (length: number) =>
  new ApiError(400, {
    type: "idempotency_error",
    message: `Idempotency keys may be at most 255 characters long, but you passed one of ${length}.`,
  });

export const idempotencyMismatch = (key: string) =>
  new ApiError(400, {
    type: "idempotency_error",
    message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
  });

export const idempotencyKeyInUse = (key: string) =>
  new ApiError(409, {
    type: "idempotency_error",
    code: "idempotency_key_in_use",
    message: `There is currently another in-progress request using this Stripe-Idempotency-Key (that probably means you submitted twice, and the other request is still going through): ${key}`,
  });

function redacted(key: string): string {
  const [, shape = "", rest = ""] = /^((?:sk|rk|pk)_(?:test|live)_)?(.*)$/s.exec(key) ?? [];
  return `${shape}${"*".repeat(Math.min(20, Math.max(0, rest.length - 4)))}${rest.slice(-4)}`;
}
