import { afterEach, expect, it, vi } from "vitest";
import { sessionOf, startSession } from "../../../lib/session/session.ts";
import { sentBack } from "../../support/people.ts";
import { aRequest } from "../../support/requests.ts";

afterEach(() => vi.useRealTimers());

const person = {
  issuer: "https://issuer.example",
  subject: "1",
  email: "dana@convene.example",
  name: "Dana",
  sign_outs: 2,
};
const started = async (): Promise<string> => sentBack(await startSession(person));
const read = (cookie: string) => sessionOf({ ...aRequest({}), cookies: [cookie] });

it("says who is signed in, with a token for their forms", async () => {
  expect(await read(await started())).toEqual({
    ...person,
    csrf: expect.stringMatching(/^[\w-]{43}$/),
  });
});

it("has a new token each time, so that the forms of an old session are refused", async () => {
  const [one, another] = [await read(await started()), await read(await started())];
  expect(one?.csrf).not.toBe(another?.csrf);
});

it("lasts a working day", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-23T08:00:00Z") });
  const cookie = await started();
  vi.setSystemTime(new Date("2026-11-23T19:59:59Z"));
  expect(await read(cookie)).toMatchObject(person);
  vi.setSystemTime(new Date("2026-11-23T20:00:00Z"));
  expect(await read(cookie)).toBeUndefined();
});
