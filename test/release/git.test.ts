import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { assertNotOlder, releaseOfCheckout } from "../../release/git.ts";

const author = ["-c", "user.name=Test", "-c", "user.email=test@convene.example"];

const project = process.cwd();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "convene-stripe-"));
  process.chdir(folder);
  // Above the folder there may be a checkout.
  vi.stubEnv("GIT_CEILING_DIRECTORIES", tmpdir());
});
afterEach(() => {
  process.chdir(project);
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const git = (...args: string[]): string =>
  execFileSync("git", [...author, ...args], { cwd: folder, encoding: "utf8" }).trim();
const write = (text: string): void => writeFileSync(join(folder, "file"), text);
function commit(text: string): string {
  write(text);
  git("add", "--all");
  git("commit", "--quiet", "--message", text);
  return git("log", "-1", "--format=%h %cI");
}

describe("a release", () => {
  it("is named by its commit and the commit's time", async () => {
    git("init", "--quiet");
    const release = commit("one");
    expect(await releaseOfCheckout("prod")).toBe(release);
  });

  it("of prod has nothing that is not committed; another says that it has", async () => {
    git("init", "--quiet");
    const release = commit("one");
    write("two");
    await expect(releaseOfCheckout("prod")).rejects.toThrow(
      "Files are not committed, and prod runs only what is",
    );
    expect(await releaseOfCheckout("test")).toBe(release.replace(" ", "+uncommitted "));
  });

  it("is made of a git checkout", async () => {
    await expect(releaseOfCheckout("test")).rejects.toThrow("This is no git checkout with a commit");
    git("init", "--quiet");
    await expect(releaseOfCheckout("test")).rejects.toThrow("This is no git checkout with a commit");
  });
});

describe("deploying over a release", () => {
  it("goes forward, or stays", async () => {
    git("init", "--quiet");
    const one = commit("one");
    await assertNotOlder("prod", one);
    commit("two");
    await assertNotOlder("prod", one);
    await assertNotOlder("prod", one.replace(" ", "+uncommitted "));
  });

  it("never goes back, nor aside", async () => {
    git("init", "--quiet");
    commit("one");
    const two = commit("two");
    git("checkout", "--quiet", "HEAD~1");
    await expect(assertNotOlder("prod", two)).rejects.toThrow(
      `prod runs ${two}, which is not part of what you would deploy`,
    );
    commit("aside");
    await expect(assertNotOlder("prod", two)).rejects.toThrow("npm run rollback -- --stage prod");
  });

  it("fetches a commit that it does not know, or asks for it", async () => {
    git("init", "--quiet", "--initial-branch", "main", "origin");
    const origin = join(folder, "origin");
    const clone = join(folder, "clone");

    const inOrigin = (...args: string[]): string => git("-C", origin, ...args);
    inOrigin("commit", "--quiet", "--allow-empty", "--message", "one");
    git("clone", "--quiet", origin, clone);
    process.chdir(clone);
    inOrigin("commit", "--quiet", "--allow-empty", "--message", "two");
    const two = inOrigin("log", "-1", "--format=%h %cI");
    await expect(assertNotOlder("prod", two)).rejects.toThrow("which is not part of what you would deploy");
    await expect(assertNotOlder("prod", "0123456789 2026")).rejects.toThrow(
      "prod runs 0123456789, a commit that this checkout does not know: fetch",
    );
  });

  it("does not ask of what something else deployed", async () => {
    await assertNotOlder("prod", "unreleased");
  });
});
