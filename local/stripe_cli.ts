import { createRequire } from "node:module";
import { join } from "node:path";
import * as v from "valibot";

const Platforms = v.record(v.string(), v.object({ pkg: v.string(), bin: v.string() }));

/** How to run `stripe listen`: the command with its arguments, and the environment it needs. */
export type StripeCli = {
  listen: (...args: string[]) => [string, ...string[]];
  env: NodeJS.ProcessEnv;
};

/**
 * The real Stripe CLI that the package brings, for Stripe itself or for the simulator at `apiBase`.
 * The key goes by the environment, where other people's process lists do not show it.
 */
export function stripeCli({
  apiKey,
  apiBase,
  configDir,
}: {
  apiKey: string;
  apiBase: string | null;
  configDir: string;
}): StripeCli {
  // The first two are hidden flags; Stripe's own servers are what the CLI takes without them.
  const simulator = apiBase ? ["--api-base", apiBase, "--no-wss"] : [];
  return {
    listen: (...args) => [binary(), "listen", "--skip-update", ...simulator, ...args],
    env: {
      ...process.env,
      STRIPE_API_KEY: apiKey,
      STRIPE_CLI_TELEMETRY_OPTOUT: "1",
      XDG_CONFIG_HOME: configDir,
    },
  };
}

/** The binary itself, not the package's script: a signal to that script would leave the binary running. */
function binary(): string {
  const require = createRequire(import.meta.url);
  const platforms = v.parse(Platforms, require("@stripe/cli/platforms.json"));
  const platform = platforms[`${process.platform}-${process.arch}`];
  if (!platform) throw new Error(`@stripe/cli has no binary for ${process.platform} ${process.arch}`);
  return join(require.resolve(`${platform.pkg}/package.json`), "..", "bin", platform.bin);
}
