import { afterEach, expect, it, vi } from "vitest";
import { spaceOfRequest } from "../../../lib/access/space_of_request.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { updateSpace } from "../../../lib/spaces/update_space.ts";
import { aRequest } from "../../support/requests.ts";
import { aSpace } from "../../support/spaces.ts";

afterEach(() => vi.useRealTimers());

const at = (host: string | undefined, path: Record<string, string> = {}) =>
  spaceOfRequest(aRequest({ path, ...(host !== undefined && { headers: { host } }) }));

async function brand(space: string, branded_domain: string): Promise<void> {
  const { space: before } = await readSpace(space);
  await updateSpace(before, { branded_domain, version: before.version }, "a test");
}

it.each(["", ":3000", ":443"])(
  "goes by the host where the path names no Space, as `host%s`",
  async (port) => {
    const { space } = await aSpace();
    await brand(space, `${space}.example`);
    expect(await at(`${space}.example${port}`)).toBe(space);
    expect(await at(`${space}.EXAMPLE${port}`)).toBe(space);
  },
);

it("goes by the path before the host", async () => {
  const { space } = await aSpace();
  await brand(space, `${space}.example`);
  expect(await at(`${space}.example`, { space: "another" })).toBe("another");
});

it.each([undefined, "", "nobodys.example", "#", "a b", "é.example", `${"a".repeat(254)}`, ":3000", "["])(
  "finds no Space at %j",
  async (host) => {
    await expect(at(host)).rejects.toMatchObject({ status: 404 });
  },
);

it.each(["", "Demo", "a/b", "SPACE#demo", "a".repeat(64)])(
  "takes %j in the path for no Space",
  async (space) => {
    await expect(at("nobodys.example", { space })).rejects.toMatchObject({ status: 404 });
  },
);

it("notices within a minute that a host is another Space's now, or nobody's", async () => {
  const [one, another] = await Promise.all([aSpace(), aSpace()]);
  const host = `${one.space}.example`;
  vi.useFakeTimers({ toFake: ["Date"] });
  await brand(one.space, host);
  expect(await at(host)).toBe(one.space);
  await brand(one.space, "");
  await brand(another.space, host);
  expect(await at(host)).toBe(one.space); // remembered
  vi.setSystemTime(Date.now() + 60_000);
  expect(await at(host)).toBe(another.space);
  await brand(another.space, "");
  vi.setSystemTime(Date.now() + 60_000);
  await expect(at(host)).rejects.toMatchObject({ status: 404 });
});
