import { afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { handler as create } from "../../../functions/members/create.ts";
import { configuration } from "../../../lib/configuration.ts";
import { getMarketplace } from "../../../lib/marketplaces/get_marketplace.ts";
import { updateMarketplace } from "../../../lib/marketplaces/update_marketplace.ts";
import { inviteMember } from "../../../lib/members/invite_member.ts";
import { placesOf } from "../../../lib/members/memberships.ts";
import { noticeOf } from "../../../lib/session/notice.ts";
import { placeOf } from "../../support/checkouts.ts";
import { type Cognito, startCognito } from "../../support/cognito.ts";
import { aForm } from "../../support/forms.ts";
import { anEmail, member, sentBack } from "../../support/people.ts";
import { aRequest } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

const ACTOR = "dana@convene.example";

let cognito: Cognito;
let space: TestSpace;
let email: string;
beforeAll(async () => {
  cognito = await startCognito();
  space = await aSpace();
});
beforeEach(() => {
  vi.stubEnv("USER_POOL_ID", cognito.pool);
  vi.spyOn(console, "error").mockImplementation(() => {});
  email = anEmail();
});
afterEach(() => {
  cognito.weather = "well";
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Who lets whom in where, and what they are let into. */
const WAYS = [
  ["a member", () => inviteMember(space.space, { email }, ACTOR), () => [{ space: space.space }]],
  [
    "a representative",
    async () => updateMarketplace(await getMarketplace(placeOf(space)), { add_representative: email }, ACTOR),
    () => [placeOf(space)],
  ],
] as const;

it.each(WAYS)("invites %s, and lets them in", async (_who, letIn, places) => {
  await letIn();
  expect(cognito.users.get(email)).toMatchObject({ mails: 1 });
  expect(await placesOf(email)).toEqual(places());
});

it("says on the page whether a mail was sent, and where else to tell them to sign in", async () => {
  const dana = await member(space);
  const noticeAfter = async (): Promise<string | undefined> => {
    const answer = await create(aForm(dana, { space: space.space }, { email }));
    const [notice = ""] = answer.cookies ?? [];
    return (await noticeOf({ ...aRequest({}), cookies: [sentBack(notice)] }))?.text;
  };
  expect(await noticeAfter()).toBe(`${email} was invited by mail.`);
  vi.stubEnv("USER_POOL_ID", "");
  email = anEmail();
  expect(await noticeAfter()).toBe(
    `${email} can now open this Space. No mail is sent: tell them to sign in at ${configuration.baseUrl}.`,
  );
});

it.each(WAYS)(
  "lets in no %s who could not be invited; the next time mends it",
  async (_who, letIn, places) => {
    cognito.weather = "denied";
    await expect(letIn()).rejects.toMatchObject({ status: 503 });
    expect(await placesOf(email)).toEqual([]);
    cognito.weather = "well";
    await letIn();
    expect(await placesOf(email)).toEqual(places());
  },
);

it("lets in a member who was invited when the tables failed", async () => {
  const letIn = () => inviteMember(space.space, { email }, ACTOR);
  const table = process.env.SETTINGS_TABLE;
  vi.stubEnv("SETTINGS_TABLE", "no-such-table");
  await expect(letIn()).rejects.toThrow();
  expect(cognito.users.has(email)).toBe(true);
  vi.stubEnv("SETTINGS_TABLE", table);
  await letIn();
  expect(await placesOf(email)).toEqual([{ space: space.space }]);
});

it.each(WAYS)("invites %s who was let in before anybody was invited", async (_who, letIn, places) => {
  vi.stubEnv("USER_POOL_ID", "");
  await letIn();
  expect(cognito.users.has(email)).toBe(false);
  vi.stubEnv("USER_POOL_ID", cognito.pool);
  await letIn();
  expect(cognito.users.get(email)).toMatchObject({ mails: 1 });
  expect(await placesOf(email)).toEqual(places());
});
