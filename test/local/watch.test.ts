import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { watchSources } from "../../local/watch.ts";

/** A project of which every save is told, one after the other. */
function aProject() {
  const project = mkdtempSync(join(tmpdir(), "convene-stripe-watch-"));
  onTestFinished(() => rmSync(project, { recursive: true }));
  const write = (file: string, text: string): void => {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, file), text);
  };
  write("functions/health.ts", "");
  write("lib/handlers/refund.failed.ts", "");
  const told: string[] = [];
  watchSources(async (files) => void told.push(...files), project);
  return {
    write,
    /** As editors do that never leave half a file. */
    replace: (file: string, text: string): void => {
      writeFileSync(join(project, `${file}.new`), text);
      renameSync(join(project, `${file}.new`), join(project, file));
    },
    /** That a save is told after those of before. */
    tells: async (file: string) => {
      await expect.poll(() => told).toContain(file);
      told.length = 0;
    },
  };
}

it("tells every save of a file, however the editor saves it", async () => {
  const { write, replace, tells } = aProject();
  const file = "lib/handlers/refund.failed.ts";
  for (const [n, save] of [write, replace, write, replace, replace, write].entries()) {
    save(file, `export const n = ${n};`);
    await tells(file);
  }
});

it("tells of files in a folder that is new", async () => {
  const { write, tells } = aProject();
  for (const file of ["lib/shipping/labels/print.ts", "lib/shipping/labels/void.ts"]) {
    write(file, "");
    await tells(file);
  }
});
