import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { unzipSync } from "fflate";
import * as v from "valibot";
import { parse } from "yaml";
import { BUNDLING } from "../../release/bundle_functions.ts";

/** Packages all functions, as a deploy does, and unpacks each into a folder of its own below `folder`. */
export async function packageFunctions(folder: string): Promise<Map<string, string>> {
  const zips = join(folder, "zips");
  const serverless = createRequire(import.meta.url).resolve("serverless/bin/serverless.js");
  await promisify(execFile)(process.execPath, [serverless, "package", "--package", zips], {
    env: { ...process.env, LOCAL_DIR: join(".local", "bench-package") },
  });
  const { functions } = v.parse(Serverless, serverlessYml());
  return new Map(
    Object.entries(functions).map(([name, { handler }]) => {
      const files = unzipSync(readFileSync(join(zips, `${name}.zip`)));
      for (const [path, bytes] of Object.entries(files)) {
        const file = join(folder, name, path);
        mkdirSync(join(file, ".."), { recursive: true });
        if (!path.endsWith("/")) writeFileSync(file, bytes);
      }
      const stem = handler.replace(/\.handler$/, "");
      const module = Object.keys(files).find((path) => path.startsWith(stem) && /\.[mc]?js$/.test(path));
      if (!module) throw new Error(`there is no code in the artifact of ${name}`);
      return [name, join(folder, name, module)];
    }),
  );
}

/** Bundles a peer, or one of our own files, with the options that the functions are packaged with. */
export async function bundle(source: string, folder: string): Promise<string> {
  const outfile = join(folder, "bundled", source.replace(/^.*\//, "").replace(/\.ts$/, ".cjs"));
  await build({ ...BUNDLING, entryPoints: [join(import.meta.dirname, source)], outfile, logLevel: "error" });
  return outfile;
}

const serverlessYml = (): unknown =>
  parse(readFileSync("serverless.yml", "utf8"), { logLevel: "silent", merge: true });

const Serverless = v.object({ functions: v.record(v.string(), v.object({ handler: v.string() })) });
