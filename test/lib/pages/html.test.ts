import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const FOLDER = "lib/pages";

// htm drops the white space around a line break: `for` and `$12.40` on the next line would be `for$12.40`.
it("has a space where a sentence goes on with an amount, a time or a link on the next line", () => {
  const glued = readdirSync(FOLDER).flatMap((file) => {
    const lines = readFileSync(`${FOLDER}/${file}`, "utf8").split("\n");
    return lines.filter(
      (line, index) =>
        !/^\s*(\*|\/\/|\/\*|import)/.test(line) &&
        /[a-z,]$/.test(line) &&
        /^\s*(<[^/!]|\$\{)/.test(lines[index + 1] ?? ""),
    );
  });
  expect(glued).toEqual([]);
});
