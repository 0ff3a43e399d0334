import { mkdtemp } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll } from "vitest";

/** The binary itself: the `stripe` in .bin is a script that leaves its child behind when it is ended. */
const { resolve } = createRequire(createRequire(import.meta.url).resolve("@stripe/cli/package.json"));
const binary = join(
  dirname(resolve(`@stripe/cli-${process.platform}-${process.arch}/package.json`)),
  "bin",
  "stripe",
);

/** The real Stripe CLI against a simulator, with an account's key, as somebody who never used it. */
export async function stripeCliAt(url: string) {
  const home = await mkdtemp(join(tmpdir(), "stripe-cli-"));
  return (key: string, ...args: string[]) => {
    const child = execa(binary, [...args, "--api-base", url], {
      reject: false,
      env: { STRIPE_CLI_TELEMETRY_OPTOUT: "1", STRIPE_API_KEY: key, HOME: home, XDG_CONFIG_HOME: home },
    });
    afterAll(() => child.kill());
    return child;
  };
}
