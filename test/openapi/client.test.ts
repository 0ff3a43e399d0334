import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateApi } from "swagger-typescript-api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { FILE } from "../support/openapi.ts";

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

const folder = mkdtempSync(join(tmpdir(), "convene-stripe-client-"));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() =>
  generateApi({ input: FILE, output: folder, fileName: "api.ts", generateUnionEnums: true, silent: true }),
);

/** What the TypeScript compiler says of a program on the generated client. */
function complaints(program: string): string {
  const file = join(folder, "program.ts");
  writeFileSync(file, program);
  const options =
    "--noEmit --ignoreConfig --strict --target es2024 --lib es2024,dom --module nodenext --types".split(" ");
  const tsc = ["node_modules/typescript/bin/tsc", ...options, "", "--allowImportingTsExtensions"];
  try {
    return execFileSync(process.execPath, [...tsc, file], { encoding: "utf8" });
  } catch (error) {
    return String(Object(error).stdout);
  }
}

it("makes a client whose types a shop's program fits, and a mistake does not", () => {
  expect(complaints(PROGRAM)).toBe("");
  expect(complaints(PROGRAM.replace("unit_amount: 700", "unit_price: 700"))).toMatch(
    /'unit_price' does not exist/,
  );
  expect(complaints(PROGRAM.replace('=== "paid"', '=== "payed"'))).toMatch(/have no overlap/);
});
