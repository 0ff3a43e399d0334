import * as v from "valibot";
import { beforeEach, expect, it } from "vitest";
import { authorize } from "../../../lib/access/authorize.ts";
import type { Scope } from "../../../lib/api_keys/api_key.ts";
import { ApiKeyId, addApiKey, NewApiKey, removeApiKey } from "../../../lib/api_keys/change_api_keys.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { ownTables } from "../../support/own_tables.ts";
import { aRequest, bearer } from "../../support/requests.ts";
import { aSpace } from "../../support/spaces.ts";
import { tableRows } from "../../support/table_rows.ts";

await ownTables();

const ACTOR = "dana@convene.example";

let space: string;
beforeEach(async () => {
  ({ space } = await aSpace());
});

const opens = (apiKey: string, scope: Scope = "manage") =>
  authorize(aRequest({ path: { space }, headers: bearer(apiKey) }), "member", scope);
const keys = async () => (await readSpace(space)).apiKeys;
const idOf = async (name: string): Promise<string> =>
  (await keys()).find((key) => key.name === name)?.id ?? "";

it("makes a key that opens its Space, of which only the hash is kept", async () => {
  const apiKey = await addApiKey(space, { api_key_name: "Till", scope: "manage" }, ACTOR);
  expect(await opens(apiKey)).toEqual({ role: "program", space, actor: "API key Till" });
  expect(JSON.stringify(await tableRows())).not.toContain(apiKey.slice(-43));
  expect((await readSpace(space)).audit).toMatchObject([
    { actor: ACTOR, what: "created the API key Till, which may manage" },
  ]);
});

it("makes a key that may sell, and nothing else", async () => {
  const apiKey = await addApiKey(space, { api_key_name: "Till", scope: "sell" }, ACTOR);
  expect(await opens(apiKey, "sell")).toMatchObject({ actor: "API key Till" });
  await expect(opens(apiKey)).rejects.toMatchObject({ status: 403, code: "scope_needed" });
  expect(await keys()).toContainEqual(
    expect.objectContaining({ name: "Till", scope: "sell", madeBeforeScopes: false }),
  );
});

it("removes a key, which opens nothing from then on, and leaves the others", async () => {
  const [till, shop] = [
    await addApiKey(space, { api_key_name: "Till", scope: "manage" }, ACTOR),
    await addApiKey(space, { api_key_name: "Shop", scope: "manage" }, ACTOR),
  ];
  await removeApiKey(space, { id: await idOf("Till") }, ACTOR);
  await expect(opens(till)).rejects.toMatchObject({ status: 401 });
  expect(await opens(shop)).toMatchObject({ role: "program" });
  expect((await readSpace(space)).audit[0]).toMatchObject({ what: "removed the API key Till" });
});

it("tells keys of one name apart", async () => {
  const [one, another] = [
    await addApiKey(space, { api_key_name: "Till", scope: "manage" }, ACTOR),
    await addApiKey(space, { api_key_name: "Till", scope: "manage" }, ACTOR),
  ];
  await removeApiKey(space, { id: await idOf("Till") }, ACTOR);
  const results = await Promise.allSettled([one, another].map((key) => opens(key)));
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
});

it("removes no other Space's key, and none that is not there", async () => {
  const other = (await aSpace()).space;
  await addApiKey(space, { api_key_name: "Till", scope: "manage" }, ACTOR);
  const before = await keys();
  for (const [of, id] of [
    [other, await idOf("Till")],
    [space, "0123456789ab"],
  ] as const)
    await expect(removeApiKey(of, { id }, ACTOR)).rejects.toMatchObject({ status: 404 });
  expect(await keys()).toEqual(before);
});

it.each(["", "12", "0123456789AB", "0123456789abc", "API_KEY#0123"])("takes %j for no key's id", (id) => {
  expect(v.is(ApiKeyId, { id })).toBe(false);
});

it.each(["", "  ", "n".repeat(81), 1, null, "\ud800"])("takes %j for no name", (api_key_name) => {
  expect(v.is(NewApiKey, { api_key_name, scope: "sell" })).toBe(false);
});

it.each([undefined, "", "all", "Sell", null])("takes %j for no scope", (scope) => {
  expect(v.is(NewApiKey, { api_key_name: "Till", scope })).toBe(false);
});
