import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { unzipSync } from "fflate";
import * as v from "valibot";
import { parse } from "yaml";

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
  const { custom } = v.parse(Serverless, serverlessYml());
  const { format, outputFileExtension, minify, keepNames, mainFields, conditions, banner } = custom.esbuild;
  const name = source.replace(/^.*\//, "").replace(/\.ts$/, outputFileExtension);
  const outfile = join(folder, "bundled", name);
  await build({
    entryPoints: [join(import.meta.dirname, source)],
    outfile,
    bundle: true,
    platform: "node",
    target: "node24",
    format,
    minify,
    keepNames,
    sourcemap: "linked",
    logLevel: "error",
    ...(mainFields && { mainFields }),
    ...(conditions && { conditions }),
    ...(banner && { banner }),
  });
  return outfile;
}

const serverlessYml = (): unknown =>
  parse(readFileSync("serverless.yml", "utf8"), { logLevel: "silent", merge: true });

const Serverless = v.object({
  functions: v.record(v.string(), v.object({ handler: v.string() })),
  custom: v.object({
    esbuild: v.object({
      format: v.picklist(["esm", "cjs"]),
      outputFileExtension: v.string(),
      minify: v.boolean(),
      keepNames: v.optional(v.boolean(), false),
      mainFields: v.optional(v.array(v.string())),
      conditions: v.optional(v.array(v.string())),
      banner: v.optional(v.object({ js: v.string() })),
    }),
  }),
});
