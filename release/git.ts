import { execa } from "execa";
import { UserError } from "../cli/user_error.ts";

/** What a release made of files that are in no commit has behind its commit. */
const UNCOMMITTED = "+uncommitted";

/**
 * Names what would be deployed: the checkout's commit, short, and its time.
 * @throws {UserError} outside of git, and for `prod` where files are not committed.
 */
export async function releaseOfCheckout(stage: string): Promise<string> {
  const head = await git("log", "-1", "--format=%h %cI");
  if (head === undefined)
    throw new UserError(
      "This is no git checkout with a commit, and what is deployed is named by its commit: clone the repository.",
    );
  const changed = (await git("status", "--porcelain")) ?? "";
  if (changed === "") return head;
  if (stage === "prod")
    throw new UserError(
      `Files are not committed, and prod runs only what is: commit or stash them first (${firstOf(changed.split("\n"))}).`,
    );
  return head.replace(" ", `${UNCOMMITTED} `);
}

/**
 * Sees that a deploy does not take a stage back, to before what it runs.
 * @param deployed is the release that it runs, as {@link releaseOfCheckout} named it
 * @throws {UserError} where the checkout does not contain it.
 */
export async function assertNotOlder(stage: string, deployed: string): Promise<void> {
  const commit = deployed.split(" ")[0]?.replace(UNCOMMITTED, "") ?? "";
  if (!/^[0-9a-f]{4,40}$/.test(commit)) return; // deployed by other means than ours
  if (!(await isKnown(commit))) await git("fetch", "--quiet");
  if (!(await isKnown(commit)))
    throw new UserError(
      `${stage} runs ${commit}, a commit that this checkout does not know: fetch the branch it is on (git fetch; after a shallow clone git fetch --unshallow), and deploy from a commit after it.`,
    );
  if ((await git("merge-base", "--is-ancestor", commit, "HEAD")) === undefined)
    throw new UserError(
      `${stage} runs ${deployed}, which is not part of what you would deploy: pull or merge it first, or, to go back, npm run rollback -- --stage ${stage}.`,
    );
}

const isKnown = async (commit: string): Promise<boolean> =>
  (await git("cat-file", "-e", `${commit}^{commit}`)) !== undefined;

/** What git says; undefined where it fails. */
async function git(...args: string[]): Promise<string | undefined> {
  const { failed, stdout } = await execa("git", args, { reject: false });
  return failed ? undefined : stdout.trim();
}

const firstOf = (lines: string[]): string =>
  lines.length > 1 ? `${lines[0]?.slice(3)} and ${lines.length - 1} more` : `${lines[0]?.slice(3)}`;
