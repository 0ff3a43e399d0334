import { DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, describe, expect, it } from "vitest";
import { authorize, type RequiredRole } from "../../../lib/access/authorize.ts";
import { requireRole } from "../../../lib/access/require_role.ts";
import { hashOfApiKey, makeApiKey, type Scope } from "../../../lib/api_keys/api_key.ts";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { apiKeyRow, spaceKey } from "../../../lib/dynamodb/keys.ts";
import { removeMember } from "../../../lib/members/change_members.ts";
import { removeRepresentative } from "../../../lib/members/change_representatives.ts";
import { action } from "../../../lib/pages/route.ts";
import { placeOf } from "../../support/checkouts.ts";
import {
  member,
  OPERATOR,
  operator,
  type Person,
  representative,
  signedIn,
  stranger,
} from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

let mine: TestSpace;
let other: TestSpace;
beforeAll(async () => {
  [mine, other] = await Promise.all([aSpace(), aSpace()]);
});

describe("authorize, for a program", () => {
  const asks = (space: string, authorization?: string, need: RequiredRole = "member", ...scope: [Scope?]) =>
    authorize(
      aRequest({ path: { space }, ...(authorization !== undefined && { headers: { authorization } }) }),
      need,
      ...(scope.length > 0 ? scope : ["manage" as const]),
    );

  it.each(["Bearer ", "bearer ", "BEARER  "])(
    "lets in a good key after %j, and tells its Space and its name",
    async (scheme) => {
      expect(await asks(mine.space, `${scheme}${mine.apiKey}`)).toEqual({
        role: "program",
        space: mine.space,
        actor: "API key Demo",
      });
    },
  );

  it.each([
    ["no header", () => undefined],
    ["an empty header", () => ""],
    ["a key without a scheme", () => mine.apiKey],
    ["another scheme", () => `Basic ${mine.apiKey}`],
    ["no key", () => "Bearer "],
    ["two keys", () => `Bearer ${mine.apiKey} ${other.apiKey}`],
    ["a key with more behind it", () => `Bearer ${mine.apiKey}x`],
    ["a key of the right shape that was never given", () => `Bearer ${makeApiKey(mine.space)}`],
    ["a key of a Space that does not exist", () => `Bearer ${makeApiKey("nowhere")}`],
    [
      "another Space's key that says it is this one's",
      () => `Bearer ${other.apiKey.replace(other.space, mine.space)}`,
    ],
  ])("answers 401 to %s", async (_what, header) => {
    await expect(asks(mine.space, header())).rejects.toMatchObject({ status: 401, code: "unauthorized" });
  });

  it("answers 404, not 403, to a good key of another Space", async () => {
    await expect(asks(mine.space, `Bearer ${other.apiKey}`)).rejects.toMatchObject({ status: 404 });
  });

  it("answers 404 to a good key where the path names no Space", async () => {
    await expect(
      authorize(aRequest({ headers: bearer(mine.apiKey) }), "member", "manage"),
    ).rejects.toMatchObject({
      status: 404,
    });
  });

  it.each(["person", "representative", "member", "program"] as const)(
    "lets a key do what a %s may",
    async (need) => {
      expect(await asks(mine.space, `Bearer ${mine.apiKey}`, need)).toMatchObject({ role: "program" });
    },
  );

  it.each<[has: string, key: () => string, needed: Scope | undefined, code: string | undefined]>([
    ["manages", () => mine.apiKey, "manage", undefined],
    ["manages", () => mine.apiKey, "sell", undefined],
    ["manages", () => mine.apiKey, undefined, "person_needed"],
    ["sells", () => mine.sellKey, "sell", undefined],
    ["sells", () => mine.sellKey, "manage", "scope_needed"],
    ["sells", () => mine.sellKey, undefined, "person_needed"],
  ])("answers a key that %s, where it takes %3$s, with %4$s", async (_has, key, needed, code) => {
    const asked = asks(mine.space, `Bearer ${key()}`, "member", needed);
    if (code) await expect(asked).rejects.toMatchObject({ status: 403, code });
    else expect(await asked).toMatchObject({ role: "program", space: mine.space });
  });

  it("takes a key that was made before there were scopes for one that manages", async () => {
    const apiKey = makeApiKey(mine.space);
    const Item = {
      pk: spaceKey(mine.space),
      sk: apiKeyRow(hashOfApiKey(apiKey)),
      space: mine.space,
      name: "Old",
    };
    await dynamodb.send(new PutCommand({ TableName: configuration.settingsTable, Item }));
    for (const scope of ["manage", "sell"] as const)
      expect(await asks(mine.space, `Bearer ${apiKey}`, "member", scope)).toMatchObject({
        actor: "API key Old",
      });
    await expect(asks(mine.space, `Bearer ${apiKey}`, "member", undefined)).rejects.toMatchObject({
      code: "person_needed",
    });
  });

  it("tells another Space's key nothing of scopes", async () => {
    for (const key of [other.apiKey, other.sellKey])
      await expect(asks(mine.space, `Bearer ${key}`, "member", undefined)).rejects.toMatchObject({
        status: 404,
      });
  });

  it("answers 404 to a key that wants what only operators may", async () => {
    await expect(asks(mine.space, `Bearer ${mine.apiKey}`, "operator")).rejects.toMatchObject({
      status: 404,
    });
  });

  it("goes by the key, not by the session, where a request has both", async () => {
    const { cookies } = await member(mine);
    const request = { ...aRequest({ path: { space: mine.space }, headers: bearer("wrong") }), cookies };
    await expect(authorize(request, "member")).rejects.toMatchObject({ status: 401 });
  });

  it("shuts a key out as soon as it is taken away", async () => {
    const space = await aSpace();
    expect(await asks(space.space, `Bearer ${space.apiKey}`)).toMatchObject({ space: space.space });
    await dynamodb.send(
      new DeleteCommand({
        TableName: configuration.settingsTable,
        Key: { pk: spaceKey(space.space), sk: apiKeyRow(hashOfApiKey(space.apiKey)) },
      }),
    );
    await expect(asks(space.space, `Bearer ${space.apiKey}`)).rejects.toMatchObject({ status: 401 });
  });
});

/** A form of somebody who may change something: its access, and whose form it is. */
const change = action(requireRole("member")).handler(async ({ access }) => ({
  to: "/",
  json: { role: access.role },
}));

describe("authorize, for a person", () => {
  const asks = ({ cookies }: Person, need: RequiredRole, path: Record<string, string> = placeOf(mine)) =>
    authorize({ ...aRequest({ path }), cookies }, need);

  const roles = { stranger, representative, member, operator };

  it.each([
    ["stranger", "person", "person"],
    ["representative", "person", "person"],
    ["representative", "representative", "representative"],
    ["member", "representative", "member"],
    ["member", "member", "member"],
    ["operator", "person", "operator"],
    ["operator", "representative", "operator"],
    ["operator", "member", "operator"],
    ["operator", "operator", "operator"],
  ] as const)("lets a %s do what a %s may, as a %s", async (who, need, role) => {
    const person = await roles[who](mine);
    expect(await asks(person, need)).toMatchObject({
      role,
      actor: person.email,
      session: { email: person.email, csrf: person.csrf },
      space: need === "person" ? "" : mine.space,
    });
  });

  it.each([
    ["stranger", "representative"],
    ["stranger", "member"],
    ["stranger", "operator"],
    ["stranger", "program"],
    ["representative", "member"],
    ["representative", "operator"],
    ["representative", "program"],
    ["member", "operator"],
    ["member", "program"],
    ["operator", "program"],
  ] as const)("keeps a %s from what a %s may", async (who, need) => {
    const refused = need === "program" ? { status: 401 } : { status: 404, code: "not_found" };
    await expect(asks(await roles[who](mine), need)).rejects.toMatchObject(refused);
  });

  it.each(["representative", "member"] as const)("keeps another Space's %s out", async (who) => {
    const person = await roles[who](other);
    for (const need of ["representative", "member"] as const)
      await expect(asks(person, need)).rejects.toMatchObject({ status: 404 });
    // Not even by naming their own Marketplace under this Space.
    const path = { ...placeOf(other), space: mine.space };
    await expect(asks(person, "representative", path)).rejects.toMatchObject({ status: 404 });
  });

  it("keeps a representative of one Marketplace from the Space's others", async () => {
    const person = await representative(mine);
    const asking = asks(person, "representative", placeOf(mine, mine.second));
    await expect(asking).rejects.toMatchObject({ status: 404 });
  });

  it("shows an operator no Space that is not there", async () => {
    await expect(asks(await operator(), "member", { space: "nowhere" })).rejects.toMatchObject({
      status: 404,
    });
  });

  it("keeps nobody in who was removed, though their session lives", async () => {
    const space = await aSpace();
    const [first, second, vera] = await Promise.all([member(space), member(space), representative(space)]);
    const path = placeOf(space);
    expect(await asks(second, "member", path)).toMatchObject({ role: "member" });
    await removeMember(space.space, second, first.email);
    await removeRepresentative(path, vera.email, first.email);
    await expect(asks(second, "member", path)).rejects.toMatchObject({ status: 404 });
    await expect(asks(vera, "representative", path)).rejects.toMatchObject({ status: 404 });
  });

  it("wants the session's token and our Origin of everything but a GET, once it is theirs at all", async () => {
    const person = await member(mine);
    const posts = (headers: Record<string, string>, space = mine.space) => {
      const request = aRequest({ method: "POST", path: { space }, headers });
      return change({ ...request, cookies: person.cookies });
    };
    const own = { origin: "http://convene.invalid:3000", "x-csrf-token": person.csrf };
    expect(answerOf(await posts(own))).toMatchObject({ status: 200, body: { role: "member" } });
    const { origin, "x-csrf-token": token } = own;
    for (const headers of [{}, { origin }, { "x-csrf-token": token }, { ...own, origin: "null" }])
      expect(answerOf(await posts(headers))).toMatchObject({
        status: 403,
        body: { error: { code: "foreign_form" } },
      });
    expect(answerOf(await posts({}, other.space))).toMatchObject({ status: 404 });
  });

  it("knows operators by their whole address only", async () => {
    const person = await signedIn(`x${OPERATOR}`);
    await expect(asks(person, "operator")).rejects.toMatchObject({ status: 404 });
  });
});
