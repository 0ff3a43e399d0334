import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, describe, expect, it, vi } from "vitest";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { httpError, NotFound, Unavailable, ValidationError } from "../../../lib/errors.ts";
import { api, json } from "../../../lib/http/api.ts";
import { answerOf, aRequest } from "../../support/requests.ts";

afterEach(() => vi.restoreAllMocks());

const logged = () => vi.spyOn(console, "error").mockImplementation(() => {});

const failing = (error: unknown) =>
  api().handler(async () => {
    throw error;
  })(aRequest({ method: "POST" }));

describe("api", () => {
  it("hands the request on, and the answer back as it is", async () => {
    const request = aRequest({ path: { space: "demo" } });
    const answer = await api().handler(async ({ pathParameters }) => json(200, pathParameters))(request);
    expect(answer).toEqual({
      statusCode: 200,
      headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" },
      body: '{"space":"demo"}',
    });
  });

  it.each([
    [new ValidationError({ name: "must not be empty" }), 400, "invalid_field", "name: must not be empty"],
    [new NotFound(), 404, "not_found", "There is nothing here, or it is not yours."],
    [httpError("changed_meanwhile", "Look again."), 409, "changed_meanwhile", "Look again."],
    [new Unavailable("Try again."), 503, "unavailable", "Try again."],
  ])(
    "answers %s as { error: { code, message } }, and logs it only where it is ours to mend",
    async (error, status, code, message) => {
      const log = logged();
      const answer = await failing(error);
      expect(answerOf(answer)).toEqual({ status, body: { error: { code, message } } });
      expect(answer.headers).toMatchObject({ "content-type": "application/json; charset=utf-8" });
      expect(log).toHaveBeenCalledTimes(status < 500 ? 0 : 1);
    },
  );

  it.each([
    ["an unexpected error", new TypeError("cannot read sk_test_4242 of jenny@example.com")],
    ["what is no error", "sk_test_4242"],
  ])("answers a bare 500 to %s and logs where, but never what it said", async (_what, error) => {
    const log = logged();
    const answer = await failing(error);
    expect(answerOf(answer)).toEqual({
      status: 500,
      body: { error: { code: "internal_error", message: "Something went wrong on our side." } },
    });
    expect(log).toHaveBeenCalledOnce();
    const line = String(log.mock.calls[0]?.[0]);
    expect(JSON.parse(line)).toMatchObject({
      level: "error",
      message: "a request failed",
      route: "POST /",
      request: "request-1",
    });
    expect(line).not.toMatch(/4242|jenny/);
  });

  it("answers 503 to trouble with the tables, and logs it", async () => {
    const log = logged();
    const answer = await api().handler(async () => {
      await dynamodb.send(new GetCommand({ TableName: "no-such-table", Key: { pk: "1" } }));
      return json(200, {});
    })(aRequest({}));
    expect(answerOf(answer)).toEqual({
      status: 503,
      body: { error: { code: "unavailable", message: "The tables do not answer. Try again in a moment." } },
    });
    expect(JSON.parse(String(log.mock.calls[0]?.[0]))).toMatchObject({ error: "ResourceNotFoundException" });
  });
});
