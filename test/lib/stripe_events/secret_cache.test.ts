import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SecretCache } from "../../../lib/stripe_events/secret_cache.ts";

/** A table that counts how often it is read, and answers what it holds at that moment. */
function aTable(rows: Record<string, string[]>) {
  const table = {
    rows,
    reads: 0,
    fails: false,
    read: async (_space: string, row: string): Promise<string[] | undefined> => {
      table.reads += 1;
      if (table.fails) throw new Error("the table does not answer");
      return table.rows[row];
    },
  };
  return table;
}

/** What a delivery that fits any secret finds. */
const get = (cache: SecretCache, space: string, row: string) => cache.find(space, row, (secrets) => secrets);

const later = (ms: number) => vi.setSystemTime(Date.now() + ms);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("SecretCache", () => {
  describe("where no secret fits", () => {
    const findNone = (cache: SecretCache, row = "row") => cache.find("space", row, () => undefined);

    it("reads once what it does not remember, be the row there or not", async () => {
      const table = aTable({ row: ["one"] });
      const cache = new SecretCache(table.read);
      expect(await findNone(cache)).toBeUndefined();
      expect(table.reads).toBe(1);
      expect(await findNone(cache, "nobody's")).toBeUndefined();
      expect(table.reads).toBe(2);
    });

    it("reads again what it remembers, and finds what was added since", async () => {
      const table = aTable({ row: ["old"] });
      const cache = new SecretCache(table.read);
      await findNone(cache);
      table.rows.row = ["old", "new"];
      const isNew = (secrets: readonly string[]) => secrets.find((secret) => secret === "new");
      expect(await cache.find("space", "row", isNew)).toBe("new");
      expect(table.reads).toBe(2);
    });

    it("reads once for callers who come at the same time", async () => {
      const table = aTable({});
      const cache = new SecretCache(table.read);
      await Promise.all(Array.from({ length: 10 }, () => findNone(cache)));
      expect(table.reads).toBe(1);
    });
  });

  it("reads a row once and then not for 60 s", async () => {
    const table = aTable({ row: ["one"] });
    const cache = new SecretCache(table.read);
    expect(await get(cache, "space", "row")).toEqual(["one"]);
    later(59_999);
    expect(await get(cache, "space", "row")).toEqual(["one"]);
    expect(table.reads).toBe(1);
    later(1);
    await get(cache, "space", "row");
    expect(table.reads).toBe(2);
  });

  it("shares one read among callers who come at the same time", async () => {
    const table = aTable({ row: ["one"] });
    const cache = new SecretCache(table.read);
    const answers = await Promise.all(Array.from({ length: 10 }, () => get(cache, "space", "row")));
    expect(answers).toEqual(Array.from({ length: 10 }, () => ["one"]));
    expect(table.reads).toBe(1);
  });

  it("keeps the same row of two Spaces apart", async () => {
    const cache = new SecretCache(async (space) => [space]);
    expect(await get(cache, "one", "row")).toEqual(["one"]);
    expect(await get(cache, "two", "row")).toEqual(["two"]);
  });

  it("remembers that a row does not exist, and finds it once it does", async () => {
    const table = aTable({});
    const cache = new SecretCache(table.read);
    expect(await get(cache, "space", "row")).toEqual([]);
    expect(await get(cache, "space", "row")).toEqual([]);
    expect(table.reads).toBe(1);
    table.rows.row = ["new"];
    expect(await cache.reload("space", "row")).toEqual(["new"]);
    expect(await get(cache, "space", "row")).toEqual(["new"]);
    expect(table.reads).toBe(2);
  });

  it("knows a rotated secret at once, however young what it remembers", async () => {
    const table = aTable({ row: ["old"] });
    const cache = new SecretCache(table.read);
    await get(cache, "space", "row");
    table.rows.row = ["old", "new"];
    expect(await cache.reload("space", "row")).toEqual(["old", "new"]);
    expect(await get(cache, "space", "row")).toEqual(["old", "new"]);
  });

  it("reloads three times in a row, and then once in 5 s, however often signatures are refused", async () => {
    const table = aTable({ row: ["one"] });
    const cache = new SecretCache(table.read);
    const reloads = async () => {
      const before = table.reads;
      for (let refused = 0; refused < 100; refused++) await cache.reload("space", "row");
      return table.reads - before;
    };
    expect(await reloads()).toBe(3);
    later(4_999);
    expect(await reloads()).toBe(0);
    later(1);
    expect(await reloads()).toBe(1);
    later(10_000);
    expect(await reloads()).toBe(2);
    later(60 * 60_000);
    expect(await reloads()).toBe(3);
  });

  it("answers nothing where it is too early to reload", async () => {
    const cache = new SecretCache(aTable({ row: ["one"] }).read);
    for (let refused = 0; refused < 3; refused++) await cache.reload("space", "row");
    expect(await cache.reload("space", "row")).toBeUndefined();
  });

  it("lets one row's refused signatures not keep another row from reloading", async () => {
    const table = aTable({ row: ["one"], other: ["two"] });
    const cache = new SecretCache(table.read);
    await cache.reload("space", "row");
    expect(await cache.reload("space", "other")).toEqual(["two"]);
  });

  it("keeps what it knows when a reload fails, and passes the failure on", async () => {
    const table = aTable({ row: ["one"] });
    const cache = new SecretCache(table.read);
    await get(cache, "space", "row");
    table.fails = true;
    await expect(cache.reload("space", "row")).rejects.toThrow("the table does not answer");
    expect(await get(cache, "space", "row")).toEqual(["one"]);
  });

  it("lets strangers' ids push out each other, but no row that exists", async () => {
    const table = aTable({ row: ["one"] });
    const cache = new SecretCache(table.read);
    await get(cache, "space", "row");
    for (let id = 0; id < 1_001; id++) await get(cache, "space", `stranger-${id}`);
    const reads = table.reads;
    await get(cache, "space", "row");
    await get(cache, "space", "stranger-1000");
    expect(table.reads).toBe(reads);
    await get(cache, "space", "stranger-0");
    expect(table.reads).toBe(reads + 1);
  });
});
