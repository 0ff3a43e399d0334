import { afterEach, expect, it, vi } from "vitest";
import { noticeOf, setNotice } from "../../../lib/session/notice.ts";
import { sentBack } from "../../support/people.ts";
import { aRequest } from "../../support/requests.ts";

afterEach(() => vi.useRealTimers());

const read = (...cookies: string[]) => noticeOf({ ...aRequest({}), cookies });

it.each([{ text: "Saved." }, { text: "The API key Till was created.", api_key: "convene_demo_1" }])(
  "carries %j to the next page, and shows it to nobody on the way",
  async (notice) => {
    const cookie = sentBack(await setNotice(notice));
    expect(await read(cookie)).toEqual(notice);
    for (const text of Object.values(notice)) expect(cookie).not.toContain(text);
  },
);

it("is over after ten minutes, and is none where there is none", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-23T12:00:00Z") });
  const cookie = sentBack(await setNotice({ text: "Saved." }));
  vi.setSystemTime(new Date("2026-11-23T12:10:00Z"));
  expect(await read(cookie)).toBeUndefined();
  expect(await read()).toBeUndefined();
});
