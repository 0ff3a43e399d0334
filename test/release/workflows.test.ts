import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { SETTINGS } from "../../release/stage_settings.ts";

const folder = new URL("../../.github/workflows/", import.meta.url);
const workflows = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), "utf8"));

it("takes each action by its commit, since a tag can be moved", () => {
  const used = workflows.flatMap((text) => [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action));
  expect(used.length).toBeGreaterThan(5);
  for (const action of used) expect(action).toMatch(/@[0-9a-f]{40}$/);
});

it("runs nobody's install script where a token of AWS can be had", () => {
  const privileged = workflows.filter((text) => text.includes("id-token: write"));
  expect(privileged).toHaveLength(1);
  for (const text of privileged)
    expect(text.match(/npm (?:ci|install)\b.*/g)).toEqual(["npm ci --ignore-scripts"]);
});

it("hands over each setting that an environment may have", () => {
  expect(SETTINGS).toContain("OPERATOR_EMAILS");
  const deploy = workflows.find((text) => text.includes("npm run deploy"));
  for (const name of SETTINGS) expect(deploy).toContain(`${name}: \${{ vars.${name} `);
});
