import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { describe, expect, it } from "vitest";
import { dynamodb } from "../../lib/dynamodb/client.ts";
import {
  BadRequest,
  HttpError,
  isDynamoError,
  KmsUnavailable,
  NotFound,
  Unauthorized,
  Unavailable,
} from "../../lib/errors.ts";

describe("errors", () => {
  it.each([
    ["BadRequest", new BadRequest("name: must not be empty"), 400, "bad_request"],
    ["BadRequest with a code", new BadRequest("name: must be a text", "invalid_field"), 400, "invalid_field"],
    ["Unauthorized", new Unauthorized(), 401, "unauthorized"],
    ["NotFound", new NotFound(), 404, "not_found"],
    ["Unavailable", new Unavailable("Try again."), 503, "unavailable"],
    [
      "Unavailable with a code",
      new Unavailable("Try again.", { code: "stripe_unavailable" }),
      503,
      "stripe_unavailable",
    ],
    ["KeyTrouble", new KmsUnavailable(new Error("denied")), 503, "unavailable"],
    ["HttpError", new HttpError(409, "changed_meanwhile", "Look again."), 409, "changed_meanwhile"],
  ])("%s keeps its status and its code", (_name, error, status, code) => {
    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ status, code, name: "HttpError" });
  });

  it("keeps the message and the cause", () => {
    const cause = new Error("connection refused");
    expect(new Unavailable("Try again.", { cause })).toMatchObject({ message: "Try again.", cause });
    expect(new HttpError(502, "refused", "No.", { cause })).toMatchObject({ message: "No.", cause });
  });
});

describe("isTableTrouble", () => {
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
