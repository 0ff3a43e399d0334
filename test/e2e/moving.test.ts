import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, inject, it } from "vitest";

const text = readFileSync("docs/moving.md", "utf8");

/** All but what asks Convene's database, and what says where a deployment is. */
const commands = [...text.matchAll(/```sh\n(.*?)```/gs)]
  .map(([, block = ""]) => block)
  .filter((block) => !/psql|read -rs/.test(block))
  .join("\n")
  .replace("./.local/demo.json", join(inject("localDir"), "demo.json"))
  // The Space that the other tests leave alone.
  .replace("d.spaces[0]", "d.spaces[1]");

it("moves a Marketplace and its open Orders with the commands that the text gives", async () => {
  const cwd = mkdtempSync(join(tmpdir(), "convene-moving-"));
  try {
    const { stdout, stderr } = await promisify(execFile)(
      "bash",
      ["--norc", "-uo", "pipefail", "-c", commands],
      {
        cwd,
      },
    );
    expect(stderr).toBe("");
    const carried = [...stdout.matchAll(/^201 cs_test_\w+ [0-9A-Z]{26} (\w+)$/gm)].map(
      ([, status]) => status,
    );
    expect(carried.sort()).toEqual(["awaiting_payment", "open", "paid"]);
    // Those that are left to do.
    expect(stdout).toMatch(/^0$/m);
    for (const line of [
      /^acct_rehearsal\d+ can_be_paid$/m,
      /^we_\w+ http.*\/stripe_events$/m,
      /^[0-9A-Z]{26} paid: carried_over, paid(, split_attempted(, split_completed)?)?$/m,
      /^[0-9A-Z]{26} awaiting_payment: carried_over, awaiting_payment$/m,
      /^cs_test_\w+ pays [0-9A-Z]{26}$/m,
      /^we_\w+ deleted$/m,
    ])
      expect(stdout).toMatch(line);
    expect(readdirSync(cwd)).toEqual([]);
  } finally {
    rmSync(cwd, { recursive: true });
  }
});
