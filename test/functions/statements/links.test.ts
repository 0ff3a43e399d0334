import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, describe, expect, it } from "vitest";
import { handler as create } from "../../../functions/statement_links/create.ts";
import { handler as destroy } from "../../../functions/statement_links/destroy.ts";
import { handler as show } from "../../../functions/statements/show.ts";
import { handler as showShared } from "../../../functions/statements/show_shared.ts";
import { hashOfApiKey } from "../../../lib/api_keys/api_key.ts";
import { configuration } from "../../../lib/configuration.ts";
import { dynamodb } from "../../../lib/dynamodb/client.ts";
import { statementLinkKey } from "../../../lib/dynamodb/keys.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { aBookedOrder } from "../../support/booked_order.ts";
import { placeOf } from "../../support/checkouts.ts";
import { aForm, aVisit } from "../../support/forms.ts";
import { ownTables } from "../../support/own_tables.ts";
import { member, type Person, representative } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { tableRows } from "../../support/table_rows.ts";

await ownTables();

let space: TestSpace;
let mara: Person;
let rita: Person;

beforeAll(async () => {
  space = await aSpace();
  mara = await member(space);
  rita = await representative(space);
  await aBookedOrder(space, [["2026-10-02"]]);
});

const place = (month = "2026-10") => ({ ...placeOf(space), month });
const json = { accept: "application/json", "content-type": "application/json" };

/** @returns the token */
async function share(person: Person, path: Record<string, string> = place()): Promise<string> {
  const answer = await create(aRequestOf(person, path, {}));
  expect(answer.statusCode, answer.body).toBe(201);
  return new URL(answerOf(answer).body.link).searchParams.get("link") ?? "";
}

const aRequestOf = (person: Person, path: Record<string, string>, body: object) => ({
  ...aRequest({
    method: "POST",
    path,
    headers: { ...json, origin: new URL(configuration.baseUrl).origin, "x-csrf-token": person.csrf },
    body: JSON.stringify(body),
  }),
  cookies: person.cookies,
});

const look = async (link: string, headers: Record<string, string> = {}, more: Record<string, string> = {}) =>
  await showShared(aRequest({ headers, query: { link, ...more } }));

describe("a link to a statement", () => {
  it("shows it to who has no account, with no way to anything else", async () => {
    const token = await share(rita);
    const { statusCode, body = "", headers } = await look(token, { accept: "text/html" });
    expect(statusCode).toBe(200);
    expect(body).toContain("Due to the Vendor");
    expect(headers).toMatchObject({ "referrer-policy": "no-referrer", "x-robots-tag": "noindex, nofollow" });
    const hrefs = [...body.matchAll(/href="([^"]+)"/g)].map(([, href = ""]) => href);
    expect(hrefs.filter((href) => !href.startsWith("/statement?") && !["#main", "/"].includes(href))).toEqual(
      [],
    );
    expect(
      hrefs.filter((href) => href.startsWith("/statement?")).every((href) => href.includes("link=")),
    ).toBe(true);
    expect(body).not.toContain("<form");
    expect(answerOf(await look(token)).body).toMatchObject({ month: "2026-10", links: [] });
    expect((await look(token, {}, { format: "csv" })).body).toContain("products,13.00,1300,usd");
  });

  it("shows the Distributor's, where a member made it, and no Vendor's representative makes one", async () => {
    const path = { space: space.space, month: "2026-10" };
    const token = await share(mara, path);
    expect((await look(token, { accept: "text/html" })).body).toContain("The Distributor keeps");
    expect((await create(aRequestOf(rita, path, {}))).statusCode).toBe(404);
  });

  it("is shown once, and listed by who made it on the page of its own statement alone", async () => {
    const posted = await create(aForm(mara, place("2026-09"), {}));
    expect(posted.statusCode).toBe(303);
    const cookies = (posted.cookies ?? []).map((cookie) => cookie.split(";")[0] ?? "");
    const page = await show(aVisit(mara, place("2026-09"), cookies));
    expect(page.body).toMatch(/\/statement\?link=/);
    expect(page.body).toContain(`Created by ${mara.email}`);
    expect((await show(aVisit(mara, place("2026-09")))).body).not.toMatch(/\/statement\?link=/);
    expect((await show(aVisit(mara, place("2026-08")))).body).not.toContain("Created by");
  });

  it("is in the audit, and its token in no table", async () => {
    const token = await share(mara, place("2026-07"));
    const { audit } = await readSpace(space.space);
    expect(audit).toContainEqual(
      expect.objectContaining({
        actor: mara.email,
        what: expect.stringContaining("a link to the statement of 2026-07"),
      }),
    );
    expect(JSON.stringify(await tableRows())).not.toContain(token.split(".")[1]);
  });

  it("takes a person", async () => {
    const headers = { ...json, ...bearer(space.apiKey) };
    const asked = aRequest({ method: "POST", path: place(), headers, body: "{}" });
    expect(answerOf(await create(asked))).toMatchObject({
      status: 403,
      body: { error: { code: "person_needed" } },
    });
  });

  it.each(["2026-13", "2999-01"])("is not made for %s", async (month) => {
    expect((await create(aRequestOf(mara, place(month), {}))).statusCode).toBe(400);
  });
});

describe("what is no link (any more) gets one and the same 404:", () => {
  const refused = async (token: string) => answerOf(await look(token));

  it("made up, of another Space, cut short, revoked, ended", async () => {
    const token = await share(mara);
    const same = await refused("");
    expect(same.status).toBe(404);
    const other = await aSpace();
    const [, secret = ""] = token.split(".");
    for (const forged of [
      `${space.space}.${"A".repeat(43)}`,
      `${other.space}.${secret}`,
      token.slice(0, -1),
      `${token}A`,
      `${space.space}#.${secret}`,
      secret,
    ])
      expect(await refused(forged)).toEqual(same);

    const id = hashOfApiKey(token).slice(-12);
    expect((await destroy(aRequestOf(mara, place("2026-09"), { id }))).statusCode).toBe(404);
    expect(
      (await destroy(aRequestOf(mara, { space: space.space, month: "2026-10" }, { id }))).statusCode,
    ).toBe(404);
    expect((await look(token)).statusCode).toBe(200);
    expect((await destroy(aRequestOf(rita, place(), { id }))).statusCode).toBe(200);
    expect(await refused(token)).toEqual(same);
    expect((await destroy(aRequestOf(rita, place(), { id }))).statusCode).toBe(404);

    const ended = await share(mara);
    await dynamodb.send(
      new UpdateCommand({
        TableName: configuration.settingsTable,
        Key: statementLinkKey(space.space, hashOfApiKey(ended)),
        UpdateExpression: "SET expires_at = :past",
        ExpressionAttributeValues: { ":past": new Date(Date.now() - 1).toISOString() },
      }),
    );
    expect(await refused(ended)).toEqual(same);
    expect((await show(aVisit(mara, place()))).body).not.toContain(hashOfApiKey(ended).slice(-12));
  });
});
