import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { makeApiKey } from "../../lib/api_keys/api_key.ts";
import type { Answer, Request } from "../../lib/http/api.ts";
import { placeOf } from "./checkouts.ts";
import { answerOf, aRequest, bearer } from "./requests.ts";
import type { TestSpace } from "./spaces.ts";

type Facts = Parameters<typeof aRequest>[0];

const unauthorized = {
  code: "unauthorized",
  message: "Send a valid API key of this Space as `Authorization: Bearer <API key>`.",
};
const notFound = { code: "not_found", message: "There is nothing here, or it is not yours." };

/** Who may not call a function of a Marketplace, and which Marketplaces are not there. */
export function keepsToItsSpace(
  handler: (request: Request) => Promise<Answer>,
  { mine, other }: { mine: TestSpace; other: TestSpace },
  { path, ...facts }: Facts = {},
): void {
  const place = { ...placeOf(mine), ...path };
  it.each([
    ["no key", undefined],
    ["another scheme", { authorization: `Basic ${mine.apiKey}` }],
    ["a key that is none", bearer("sk_test_1")],
    ["a key that was never given", bearer(makeApiKey(mine.space))],
  ])("answers 401 to %s", async (_what, headers) => {
    const answer = await handler(aRequest({ ...facts, path: place, ...(headers && { headers }) }));
    expect(answerOf(answer)).toEqual({ status: 401, body: { error: unauthorized } });
  });

  it.each([
    ["another Space's key", place, other],
    ["another Space's Marketplace", { ...place, marketplace: other.first.marketplace }, mine],
    ["a Marketplace that is not there", { ...place, marketplace: randomUUID() }, mine],
    ["a Marketplace that is no UUID", { ...place, marketplace: "first" }, mine],
    ["a Marketplace of another Room", { ...place, room: "lobby" }, mine],
    ["a Room that is no slug", { ...place, room: "Store#" }, mine],
  ])("answers 404 to %s", async (_what, wrong, { apiKey }) => {
    const answer = await handler(aRequest({ ...facts, path: wrong, headers: bearer(apiKey) }));
    expect(answerOf(answer)).toEqual({ status: 404, body: { error: notFound } });
  });
}
