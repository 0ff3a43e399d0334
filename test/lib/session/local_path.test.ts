import { expect, it } from "vitest";
import { localPath } from "../../../lib/session/local_path.ts";

const OURS = "http://convene.invalid:3000";

it.each([
  ["/", "/"],
  ["/spaces/demo", "/spaces/demo"],
  ["/spaces/demo?next=2&q=%2F%2Fevil.example", "/spaces/demo?next=2&q=%2F%2Fevil.example"],
  ["/spaces/../spaces/demo#top", "/spaces/demo"],
  ["/a//b", "/a//b"],
])("keeps %j, a path of ours", (to, path) => {
  expect(localPath(to)).toBe(path);
});

it.each([
  undefined,
  "",
  "spaces",
  "https://evil.example/",
  "//evil.example",
  "///evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/\t/evil.example",
  "/\n/evil.example",
  "\t//evil.example",
  " //evil.example",
  "/.//evil.example",
  "/..//evil.example",
  "/x/..//evil.example",
  "/%2e//evil.example",
  "/./\\evil.example",
  "//evil.example@convene.invalid:3000/",
  "//convene.invalid:3000@evil.example/",
  "javascript:alert(1)",
  "data:text/html,x",
  "//convene.invalid",
  "//[",
])("lands %j at home", (to) => {
  expect(localPath(to)).toBe("/");
});

it("leads to our own host, whatever stands between slashes, dots and controls", () => {
  const pieces = ["/", "\\", ".", "\t", "\r\n", "evil.example", "@", ":", "%2f", "%5c", "?", "#", " ", "\0"];
  let [seed, elsewhere] = [1, 0];
  const next = (): number => {
    seed = (seed * 48_271) % 2_147_483_647; // the same texts each time
    return seed;
  };
  for (let text = 0; text < 20_000; text += 1) {
    const to = `/${Array.from({ length: next() % 8 }, () => pieces[next() % pieces.length]).join("")}`;
    const path = localPath(to);
    expect(path.startsWith("/"), to).toBe(true);
    expect(new URL(path, OURS).origin, to).toBe(OURS);
    if (URL.canParse(to, OURS) && new URL(to, OURS).origin !== OURS) elsewhere += 1;
  }
  expect(elsewhere).toBeGreaterThan(100);
});
