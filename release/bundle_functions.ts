import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { crc32, deflateRawSync } from "node:zlib";
import { type BuildOptions, build, stop } from "esbuild";
import { Zip, type ZipInputFile } from "fflate";

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
const DEFLATED = 8;

type Serverless = {
  serviceDir: string;
  service: { functions: Record<string, { handler: string; package?: { artifact: string } }> };
};

/**
 * Makes an artifact of each function as osls packages the service. They are bundled at once, so that what they share is
 * parsed once: a quarter of the processor time of one after another.
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
    const entryOf = (file: string): Entry => {
      const contents = files.get(file);
      if (!contents) throw new Error(`there is no ${file} among what was bundled`);
      return [file, contents];
    };
    await mkdir(join(serviceDir, ".serverless"), { recursive: true });
    for (const [name, definition] of functions) {
      const module = definition.handler.replace(/\.handler$/, ".cjs");
      const artifact = join(".serverless", `${name}.zip`);
      await writeFile(join(serviceDir, artifact), zip([entryOf(module), entryOf(`${module}.map`)]));
      definition.package = { artifact };
    }
  }
}

type Entry = [filename: string, contents: Uint8Array];

/** By Node's own deflate: in JavaScript it took three quarters of a package's processor time. */
function zip(entries: Entry[]): Buffer {
  const chunks: Uint8Array[] = [];
  const archive = new Zip((_error, chunk) => chunks.push(chunk));
  for (const [filename, contents] of entries) {
    const entry: ZipInputFile = {
      filename,
      size: contents.length,
      crc: crc32(contents),
      compression: DEFLATED,
      ...{ mtime: MTIME, os: UNIX, attrs: READABLE },
    };
    archive.add(entry);
    entry.ondata?.(null, deflateRawSync(contents), true);
  }
  archive.end();
  return Buffer.concat(chunks);
}
