import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserServer, chromium } from "playwright-core";
import { PATIENCE_MS } from "./patience.ts";

/** What is below this name is this machine, to the browser. */
export const BRANDED = "convene.test";

/** Those of them that the product takes for a Space's: one for each test that sets one. */
export const BRANDED_NAMES = ["json", "given-up", "one", "two"] as const;
export const brandedHost = (name: (typeof BRANDED_NAMES)[number]): string => `${name}.${BRANDED}`;

const BRINGS_ITS_OWN = process.platform === "linux" && process.arch === "x64";

/**
 * Starts a browser that all files of tests connect to, each for windows of its own: on Linux x64 the one that a package
 * brings, system libraries and all; elsewhere the Chrome that is installed.
 */
export async function startBrowser(): Promise<BrowserServer> {
  const flags = [`--host-resolver-rules=MAP *.${BRANDED} 127.0.0.1`];
  const timeout = PATIENCE_MS;
  if (!BRINGS_ITS_OWN) return await chromium.launchServer({ channel: "chrome", args: flags, timeout });
  const bundled = await bundledBrowser();
  return await chromium.launchServer({
    timeout,
    executablePath: await bundled.executablePath(),
    // Its own flags are for Lambda; a GPU made of software would draw, at twice the time, what nobody sees.
    args: ["--disable-gpu", ...QUIET, ...flags],
    env: { ...process.env, LD_LIBRARY_PATH: join(tmpdir(), "al2023", "lib") },
  });
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
