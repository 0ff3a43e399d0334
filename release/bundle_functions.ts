import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { type BuildOptions, build, stop } from "esbuild";
import { type ZippableFile, zipSync } from "fflate";

/** How TypeScript becomes what Lambda runs. */
export const BUNDLING = {
  bundle: true,
  platform: "node",
  target: "node24",
  // CommonJS, because an ES module that imports `node:http` takes the whole of undici with it, 15 ms: the namespace reads
  // http.WebSocket, which is loaded when it is read. And the ES modules of packages, of which esbuild drops what nobody uses.
  format: "cjs",
  mainFields: ["module", "main"],
  conditions: ["module"],
  minify: true,
  sourcemap: "linked",
  sourcesContent: false, // lines of the sources are all that lib/source_map.ts looks for; the text would double an artifact
  keepNames: true,
} satisfies BuildOptions;

/** Of every file in an artifact, so that the same content makes the same artifact: no zip knows an earlier time. */
const MTIME = new Date(1980, 0, 1);
/** A zip of this system's has rights in it; Lambda refuses a file that not everyone may read. */
const UNIX = 3;
const READABLE = 0o644 << 16;

type Serverless = {
  serviceDir: string;
  service: { functions: Record<string, { handler: string; package?: { artifact: string } }> };
};

/**
 * Makes an artifact of each function as osls packages the service. They are bundled at once, so that what they share is
 * parsed once: 6 s of processor time for all, where one after another took 25.
 */
export default class BundleFunctions {
  hooks = { "before:package:createDeploymentArtifacts": (): Promise<void> => this.#bundle() };
  readonly #serverless: Serverless;

  constructor(serverless: Serverless) {
    this.#serverless = serverless;
  }

  async #bundle(): Promise<void> {
    const { serviceDir, service } = this.#serverless;
    const functions = Object.entries(service.functions);
    const outdir = join(serviceDir, "bundled"); // nothing is written there
    const { outputFiles } = await build({
      ...BUNDLING,
      absWorkingDir: serviceDir,
      entryPoints: functions.map(([, { handler }]) => handler.replace(/\.handler$/, ".ts")),
      outbase: ".",
      outdir,
      outExtension: { ".js": ".cjs" },
      write: false,
    });
    await stop(); // else it keeps more than a gigabyte until osls ends
    const files = new Map(outputFiles.map(({ path, contents }) => [relative(outdir, path), contents]));
    const entryOf = (file: string): ZippableFile => {
      const contents = files.get(file);
      if (!contents) throw new Error(`there is no ${file} among what was bundled`);
      return [contents, { mtime: MTIME, os: UNIX, attrs: READABLE }];
    };
    await mkdir(join(serviceDir, ".serverless"), { recursive: true });
    for (const [name, definition] of functions) {
      const module = definition.handler.replace(/\.handler$/, ".cjs");
      const zipped = zipSync({ [module]: entryOf(module), [`${module}.map`]: entryOf(`${module}.map`) });
      const artifact = join(".serverless", `${name}.zip`);
      await writeFile(join(serviceDir, artifact), zipped);
      definition.package = { artifact };
    }
  }
}
