import { randomUUID } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { makeApiKey } from "../../lib/api_keys/api_key.ts";
import type { Answer, Request } from "../../lib/http/request.ts";
import { placeOf } from "./checkouts.ts";
import { answerOf, aRequest, bearer } from "./requests.ts";
import { aSpace, type TestSpace } from "./spaces.ts";

const unauthorized = {
  code: "unauthorized",
  message: "Send a valid API key of this Space as `Authorization: Bearer <API key>`.",
};
const notFound = { code: "not_found", message: "There is nothing here, or it is not yours." };

/** Who may not call a function of a Marketplace, and which Marketplaces are not there. */
export function keepsToItsSpace(
  handler: (request: Request) => Promise<Answer>,
  { path, ...facts }: Parameters<typeof aRequest>[0] = {},
): void {
  let mine: TestSpace;
  let other: TestSpace;
  beforeAll(async () => {
    [mine, other] = await Promise.all([aSpace(), aSpace()]);
  });
  const ask = async (wrong: Record<string, string>, headers: Record<string, string>) =>
    answerOf(await handler(aRequest({ ...facts, path: { ...placeOf(mine), ...path, ...wrong }, headers })));

  it.each([
    ["no key", () => ({})],
    ["another scheme", () => ({ authorization: `Basic ${mine.apiKey}` })],
    ["a key that is none", () => bearer("sk_test_1")],
    ["a key that was never given", () => bearer(makeApiKey(mine.space))],
  ])("answers 401 to %s", async (_what, headers) => {
    expect(await ask({}, headers())).toEqual({ status: 401, body: { error: unauthorized } });
  });

  it("answers 404 to another Space's key", async () => {
    expect(await ask({}, bearer(other.apiKey))).toEqual({ status: 404, body: { error: notFound } });
  });

  it.each([
    ["another Space's Marketplace", () => ({ marketplace: other.first.marketplace })],
    ["a Marketplace that is not there", () => ({ marketplace: randomUUID() })],
    ["a Marketplace that is no UUID", () => ({ marketplace: "first" })],
    ["a Marketplace of another Room", () => ({ room: "lobby" })],
    ["a Room that is no slug", () => ({ room: "Store#" })],
  ])("answers 404 to %s", async (_what, wrong) => {
    expect(await ask(wrong(), bearer(mine.apiKey))).toEqual({ status: 404, body: { error: notFound } });
  });
}
