import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { PATIENCE_MS } from "./patience.ts";

const BRINGS_ITS_OWN = process.platform === "linux" && process.arch === "x64";

/** On Linux x64 the browser that a package brings, system libraries and all; elsewhere the Chrome that is installed. */
export async function launchBrowser(...flags: string[]): Promise<Browser> {
  if (!BRINGS_ITS_OWN) return await chromium.launch({ channel: "chrome", args: flags, timeout: PATIENCE_MS });
  const bundled = await bundledBrowser();
  return await chromium.launch({
    timeout: PATIENCE_MS,
    executablePath: await bundled.executablePath(),
    // Of its flags, these two are for Lambda only: elsewhere the browser dies with its first page.
    args: [
      ...bundled.args.filter((flag) => !["--single-process", "--no-zygote"].includes(flag)),
      ...QUIET,
      ...flags,
    ],
    env: { ...process.env, LD_LIBRARY_PATH: join(tmpdir(), "al2023", "lib") },
  });
}

/** Unpacks the browser once, before files of tests that run at the same time would do it into each other's way. */
export async function unpackBrowser(): Promise<void> {
  if (BRINGS_ITS_OWN) await (await bundledBrowser()).executablePath();
}

async function bundledBrowser() {
  // The package unpacks the libraries that Chromium needs only where it believes to be a Lambda.
  process.env.AWS_EXECUTION_ENV ??= "AWS_Lambda_nodejs24.x";
  return (await import("@sparticuz/chromium")).default;
}

/** Keeps the browser from calling home, which a closed network would make it wait for. */
const QUIET = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
