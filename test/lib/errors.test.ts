import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, it } from "vitest";
import { dynamodb } from "../../lib/dynamodb/client.ts";
import {
  HttpError,
  httpError,
  isDynamoError,
  KmsUnavailable,
  NotFound,
  stripeRequestFailed,
  Unauthorized,
  Unavailable,
  ValidationError,
} from "../../lib/errors.ts";

describe("errors", () => {
  it.each([
    ["ValidationError", new ValidationError({ name: "must not be empty" }), 400, "invalid_field"],
    [
      "ValidationError by a code",
      new ValidationError({ a: "b" }, "stripe_unavailable"),
      503,
      "stripe_unavailable",
    ],
    ["Unauthorized", new Unauthorized(), 401, "unauthorized"],
    ["NotFound", new NotFound(), 404, "not_found"],
    ["Unavailable", new Unavailable("Try again."), 503, "unavailable"],
    ["KmsUnavailable", new KmsUnavailable(new Error("denied")), 503, "unavailable"],
    ["httpError", httpError("changed_meanwhile"), 409, "changed_meanwhile"],
    ["stripeRequestFailed", stripeRequestFailed("stripe_busy"), 503, "stripe_busy"],
    [
      "what Stripe has a code for",
      new HttpError("refused_by_stripe", "x: no", { stripeCode: "amount_too_small" }),
      400,
      "amount_too_small",
    ],
    [
      "what Stripe has no code for",
      new HttpError("refused_by_stripe", "x: no", { stripeCode: undefined }),
      400,
      "refused_by_stripe",
    ],
  ])("%s keeps its status and its code", (_name, error, status, code) => {
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ status, code, name: "HttpError" });
  });

  it("keeps the message and the cause", () => {
    const cause = new Error("connection refused");
    expect(new Unavailable("Try again.", { cause })).toMatchObject({ message: "Try again.", cause });
    expect(new HttpError("stripe_refused", "No.", { cause })).toMatchObject({ message: "No.", cause });
  });
});

it("says the catalogue's words, with the facts in them", () => {
  expect(httpError("space_exists", "demo").message).toBe("There is a Space demo already.");
  expect(httpError("changed_meanwhile").message).toMatch(/^Somebody else saved this meanwhile/);
  expect(httpError("changed_meanwhile", "The members changed.").message).toBe("The members changed.");
  expect(new ValidationError({ name: "is missing", email: "is missing" }).message).toBe("name: is missing");
});

describe("isDynamoError", () => {
  it("knows the table's own answer", async () => {
    const read = dynamodb.send(new GetCommand({ TableName: "no-such-table", Key: { pk: "1", sk: "1" } }));
    const error = await read.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "ResourceNotFoundException" });
    expect(isDynamoError(error)).toBe(true);
  });

  it("knows our own limit of a table's time", async () => {
    const read = dynamodb.send(new GetCommand({ TableName: "any", Key: { pk: "1" } }), {
      abortSignal: AbortSignal.abort(),
    });
    expect(isDynamoError(await read.catch((reason: unknown) => reason))).toBe(true);
  });

  it.each([
    ["our own errors", new NotFound()],
    ["what KMS threw", new KmsUnavailable(Object.assign(new Error("denied"), { $metadata: {} }))],
    ["any other error", new TypeError("x is undefined")],
    ["what is no error", { $metadata: {} }],
    ["nothing", undefined],
  ])("takes %s for none", (_what, error) => {
    expect(isDynamoError(error)).toBe(false);
  });
});
