import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";

/** On Linux x64 the browser that a package brings, system libraries and all; elsewhere the Chrome that is installed. */
export async function launchBrowser(): Promise<Browser> {
  if (process.platform !== "linux" || process.arch !== "x64")
    return await chromium.launch({ channel: "chrome" });
  // The package unpacks the libraries that Chromium needs only where it believes to be a Lambda.
  process.env.AWS_EXECUTION_ENV ??= "AWS_Lambda_nodejs24.x";
  const { default: bundled } = await import("@sparticuz/chromium");
  return await chromium.launch({
    executablePath: await bundled.executablePath(),
    // Of its flags, these two are for Lambda only: elsewhere the browser dies with its first page.
    args: [...bundled.args.filter((flag) => !["--single-process", "--no-zygote"].includes(flag)), ...QUIET],
    env: { ...process.env, LD_LIBRARY_PATH: join(tmpdir(), "al2023", "lib") },
  });
}

/** Keeps the browser from calling home, which a closed network would make it wait for. */
const QUIET = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
