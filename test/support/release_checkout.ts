import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { execa } from "execa";

/** A checkout of the service of its own, to deploy from, with our files as they are now in one commit. */
export type ReleaseCheckout = {
  folder: string;
  /** Runs git in it. */
  git(...args: string[]): string;
  /** Changes a file and commits it. */
  commit(file: string, change: (text: string) => string): void;
  /** Runs a command of `npm run` as on a clean machine, with these variables alone, and without a terminal. */
  run(
    command: string,
    args: string[],
    variables: Record<string, string>,
  ): Promise<{ code: number; said: string }>;
  remove(): void;
};

export function releaseCheckout(): ReleaseCheckout {
  const root = mkdtempSync(join(tmpdir(), "convene-stripe-release-"));
  const folder = join(root, "checkout");
  const files = execFileSync("git", ["ls-files", "-coz", "--exclude-standard"], { encoding: "utf8" }).split(
    "\0",
  );
  for (const file of files.filter((file) => file && !file.startsWith("test/") && !/\.(png|webp)$/.test(file)))
    cpSync(file, join(folder, file), { recursive: true });
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
  const author = ["-c", "user.name=Test", "-c", "user.email=test@convene.example"];
  const git = (...args: string[]): string =>
    execFileSync("git", [...author, ...args], { cwd: folder, encoding: "utf8" }).trim();
  const commit = (file: string, change: (text: string) => string): void => {
    const path = join(folder, file);
    writeFileSync(path, change(readFileSync(path, "utf8")));
    git("commit", "--quiet", "--all", "--message", `change ${file}`);
  };
  git("init", "--quiet");
  // A link is no folder, so .gitignore does not cover it.
  writeFileSync(join(folder, ".git", "info", "exclude"), "node_modules\n");
  git("add", "--all");
  git("commit", "--quiet", "--message", "all");
  // What `npm run check` finds is not what is tested here, and takes a while.
  commit("package.json", (text) => text.replace(/"check": "[^"]*"/, '"check": "node --version"'));

  /** Each leads a process group: in a checkout that is gone, what a test did not wait for would look for its folder for ever. */
  const running = new Set<number>();
  const run: ReleaseCheckout["run"] = async (command, args, variables) => {
    const child = execa("npm", ["run", "--silent", command, "--", ...args], {
      cwd: folder,
      detached: true,
      extendEnv: false,
      env: {
        PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
        HOME: root,
        AWS_EC2_METADATA_DISABLED: "true",
        ...variables,
      },
      stdin: "ignore",
      all: true,
      reject: false,
    });
    const { pid = 0 } = child;
    running.add(pid);
    const { exitCode, all } = await child;
    running.delete(pid);
    return { code: exitCode ?? -1, said: all };
  };
  const remove = () => {
    for (const pid of running) process.kill(-pid, "SIGKILL");
    rmSync(root, { recursive: true, force: true });
  };
  return { folder, git, commit, run, remove };
}
