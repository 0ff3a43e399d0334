import { buildSync } from "esbuild";

/** What a browser gets of script.ts: one file that needs no other, for browsers of the last three years. */
export function buildScript(): string {
  const { outputFiles } = buildSync({
    entryPoints: [new URL("script.ts", import.meta.url).pathname],
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    write: false,
  });
  return outputFiles[0]?.text.trim() ?? "";
}
