import { execFile } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { aShop } from "../support/shop.ts";

const demo = inject("demo");
const [space] = demo.spaces;
const [marketplace] = space?.marketplaces ?? [];
if (!space || !marketplace) throw new Error("the demo is not what it should be");
const shop = aShop(demo, space);

/** As a repository's host makes an anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, "")
    .replaceAll(" ", "-");

describe("what is documented", () => {
  it("sells something with the commands of docs/json.md", async () => {
    const [, walk = ""] = readFileSync("docs/json.md", "utf8").split("## Sell something");
    const [place = "", look = ""] = [...walk.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block);
    const script = `${place}\necho\n${look}`.replaceAll(
      "./.local/demo.json",
      join(inject("localDir"), "demo.json"),
    );
    const { stdout } = await promisify(execFile)("bash", ["--norc", "-euc", script]);
    const [placed, orders, events] = stdout.replaceAll("}{", "}\n{").trim().split("\n");
    const answer = JSON.parse(placed ?? "");
    expect(answer).toMatchObject({ order: expect.any(String) });
    const { order, url } = answer;
    const listed = JSON.parse(orders ?? "").data.find(({ id }: { id: string }) => id === order);
    expect(listed).toMatchObject({ amount_total: 1_890 });
    expect(JSON.parse(events ?? "").data).toBeInstanceOf(Array);
    await shop.press(url, "pay");
    await shop.expectOrder(marketplace, order, "paid", { entries: ["placed", "paid"] });
    const paid = () => shop.order(marketplace, order);
    await expect.poll(paid, { interval: 200 }).toMatchObject({ split: { status: "done" } });
    const { money } = await paid();
    // What the README says that the Vendor and Stripe have of it.
    expect(money).toMatchObject({ fee: 85, share: 1_215, net: 1_215 });
  });

  it("adds a handler that compiles as it is pasted", async () => {
    const adding = readFileSync("docs/handlers.md", "utf8");
    const [handler = "", line = "", entry = ""] = [...adding.matchAll(/```ts\n(.*?)```/gs)].map(
      ([, ts]) => ts,
    );
    const [, file = ""] = /^\/\/ (lib\S+)/.exec(handler) ?? [];
    const registry = "lib/stripe_events/registry.ts";
    const pasted = readFileSync(registry, "utf8").replace(/^} satisfies Registry/m, `${entry}$&`);
    const files = { [file]: handler, [registry]: line + pasted };
    expect(await compile(files)).toBe("");
    // And the compiler does look at it.
    expect(await compile({ ...files, [file]: handler.replace("succeeded(", "exploded(") })).toContain(
      "error TS",
    );
  });
});

/** What the compiler says of these files, in the place of those that are there or beside them. */
async function compile(files: Record<string, string>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "convene-stripe-readme-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const tsconfig = {
    extends: resolve("tsconfig.json"),
    // One folder to the compiler: what is in neither place alone is found in the other.
    compilerOptions: { rootDirs: [folder, resolve(".")], typeRoots: [resolve("node_modules/@types")] },
    include: [folder],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  copyFileSync("package.json", join(folder, "package.json"));
  const tsc = resolve("node_modules/typescript/bin/tsc");
  return await promisify(execFile)(process.execPath, [tsc, "-p", folder]).then(
    ({ stdout }) => stdout,
    ({ stdout }) => stdout,
  );
}

const headingsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));

it.each(["README.md", "RUNBOOK.md", ...globSync("docs/*.md")])(
  "%s names only files, headings and npm scripts that there are",
  (file) => {
    const text = readFileSync(file, "utf8");
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
    for (const [, script = ""] of text.matchAll(/npm run (?:--silent )?([a-z:-]*[a-z])/g))
      expect(Object.keys(scripts)).toContain(script);
    for (const [, link = ""] of text.matchAll(/\]\(([^)]+)\)/g)) {
      if (link.startsWith("https://")) continue;
      const [path = "", anchor] = link.split("#");
      const target = path ? join(dirname(file), path) : file;
      expect([link, existsSync(target)]).toEqual([link, true]);
      if (anchor) expect(headingsOf(readFileSync(target, "utf8"))).toContain(anchor);
    }
  },
);
