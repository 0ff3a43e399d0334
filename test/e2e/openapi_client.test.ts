import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateApi } from "swagger-typescript-api";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { aShop } from "../support/shop.ts";

const demo = inject("demo");
const [space] = demo.spaces;
const [marketplace] = space?.marketplaces ?? [];
if (!space || !marketplace) throw new Error("the demo has no Marketplace");
const shop = aShop(demo, space);

/** What a shop's developer writes on the generated client: `sell` places an Order, `look` reads how it stands. */
const PROGRAM = `import { Api } from "./api.ts";

type Place = { space: string; room: string; marketplace: string };

const client = (baseUrl: string, apiKey: string) =>
  new Api({ baseUrl, baseApiParams: { headers: { authorization: \`Bearer \${apiKey}\` } } }).spaces;

export async function sell(baseUrl: string, apiKey: string, { space, room, marketplace }: Place) {
  const { data } = await client(baseUrl, apiKey).createCheckout(space, room, marketplace, {
    line_items: [{ name: "Rye bread", unit_amount: 700, quantity: 2, note: "sliced" }],
    delivery_amount: 300,
    currency: "usd",
    success_url: "https://shop.example/thanks",
  });
  const { order, url }: { order: string; url: string | null } = data;
  return { order, url };
}

export async function look(baseUrl: string, apiKey: string, { space, room, marketplace }: Place, id: string) {
  const { data: order } = await client(baseUrl, apiKey).showOrder(space, room, marketplace, id);
  const isPaid: boolean = order.status === "paid";
  const share: number | null = order.money && order.money.share;
  return { isPaid, share, total: order.amount_total, note: order.lines?.[0]?.note };
}

export const refusal = (baseUrl: string, place: Place) =>
  sell(baseUrl, "convene_none", place).then(
    () => undefined,
    (answer: { error: { error: { code: "unauthorized" } } }) => answer.error.error.code,
  );
`;

type Program = {
  sell(baseUrl: string, apiKey: string, place: object): Promise<{ order: string; url: string | null }>;
  look(baseUrl: string, apiKey: string, place: object, id: string): Promise<object>;
  refusal(baseUrl: string, place: object): Promise<string | undefined>;
};

const folder = mkdtempSync(join(tmpdir(), "convene-stripe-client-"));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  const response = await fetch(`${demo.baseUrl}/openapi.json`);
  writeFileSync(join(folder, "openapi.json"), await response.text());
  await generateApi({
    input: join(folder, "openapi.json"),
    output: folder,
    fileName: "api.ts",
    generateUnionEnums: true,
    silent: true,
  });
  writeFileSync(join(folder, "program.ts"), PROGRAM);
});

/** What the TypeScript compiler says of a file on the generated client. */
function complaints(file: string): string {
  const options =
    "--noEmit --ignoreConfig --strict --target es2024 --lib es2024,dom --module nodenext --types".split(" ");
  const tsc = ["node_modules/typescript/bin/tsc", ...options, "", "--allowImportingTsExtensions"];
  try {
    return execFileSync(process.execPath, [...tsc, join(folder, file)], { encoding: "utf8" });
  } catch (error) {
    return String(Object(error).stdout);
  }
}

it("is served as it is in docs/", () => {
  const read = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));
  expect(read(join(folder, "openapi.json"))).toEqual(read("docs/openapi.json"));
});

it("makes a client whose types a shop's program fits, and a mistake does not", () => {
  expect(complaints("program.ts")).toBe("");
  cpSync(join(folder, "program.ts"), join(folder, "mistaken.ts"));
  writeFileSync(
    join(folder, "mistaken.ts"),
    PROGRAM.replace("unit_amount: 700", "unit_price: 700").replace('=== "paid"', '=== "payed"'),
  );
  expect(complaints("mistaken.ts")).toMatch(/'unit_price' does not exist/);
  expect(complaints("mistaken.ts")).toMatch(/no overlap/);
});

it("makes a client that does a checkout, and reads the Order paid", async () => {
  const program: Program = await import(join(folder, "program.ts"));
  const place = { space: space.space, room: marketplace.room, marketplace: marketplace.marketplace };
  expect(await program.refusal(demo.baseUrl, place)).toBe("unauthorized");
  const { order, url } = await program.sell(demo.baseUrl, space.sellKey, place);
  await shop.press(String(url), "pay");
  await expect
    .poll(() => program.look(demo.baseUrl, space.sellKey, place, order), { interval: 200 })
    .toMatchObject({ isPaid: true, share: expect.any(Number), total: 1_700, note: "sliced" });
});
