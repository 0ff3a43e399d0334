import { existsSync } from "node:fs";
import bundled from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

/** On Linux x64 the browser that its package brings; elsewhere the Chrome that is installed. */
export async function launchBrowser(): Promise<Browser> {
  if (process.platform !== "linux" || process.arch !== "x64")
    return await chromium.launch({ channel: "chrome" });
  const executablePath = await bundled.executablePath();
  if (!existsSync(executablePath)) throw new Error("the bundled Chromium did not unpack");
  return await chromium.launch({
    executablePath,
    // Its own flags are for Lambda, where there is one process; two of them keep it from running anywhere else.
    args: [...bundled.args.filter((flag) => !["--single-process", "--no-zygote"].includes(flag)), ...QUIET],
  });
}

/** Keeps the browser from calling home, which a closed network would make it wait for. */
const QUIET = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
