import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { spaceOfRequest } from "../../../lib/access/space_of_request.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { SpaceUpdate, updateSpace } from "../../../lib/spaces/update_space.ts";
import { aRequest } from "../../support/requests.ts";
import { aSpace } from "../../support/spaces.ts";

let space: string;
let host: string;
beforeEach(async () => {
  ({ space } = await aSpace());
  host = `${space}.example`;
});

const read = async (of = space) => (await readSpace(of)).space;
const save = async (branded_domain: string, of = space) => {
  const before = await read(of);
  await updateSpace(before, { branded_domain, version: before.version }, "dana@convene.example");
};
const spaceAt = (host: string) => spaceOfRequest(aRequest({ headers: { host } }));

describe("updateSpace", () => {
  it("lets the Space answer on a host, and on another after that, and on none", async () => {
    await save(host);
    expect(await read()).toMatchObject({ branded_domain: host, version: 1 });
    expect(await spaceAt(host)).toBe(space);
    await save(`shop.${host}`);
    expect(await spaceAt(`shop.${host}`)).toBe(space);
    await save("");
    expect(await read()).toMatchObject({ space, name: "A Space", version: 3 });
    expect(await read()).not.toHaveProperty("branded_domain");
    const { audit } = await readSpace(space);
    expect(audit.map(({ what }) => what)).toEqual([
      "removed the branded domain",
      `set the branded domain to shop.${host}`,
      `set the branded domain to ${host}`,
    ]);
  });

  it("frees a host for another Space once it is given up", async () => {
    const other = (await aSpace()).space;
    await save(host);
    await save(`new.${host}`);
    await save(host, other);
    expect(await spaceAt(host)).toBe(other);
    await save("");
    await save(`new.${host}`, other);
    expect(await spaceAt(`new.${host}`)).toBe(other);
  });

  it("keeps the host where the same is saved again", async () => {
    await save(host);
    await save(host);
    expect(await spaceAt(host)).toBe(space);
  });

  it("refuses a host that is another Space's, and changes nothing", async () => {
    const other = (await aSpace()).space;
    await save(host, other);
    const before = await readSpace(space);
    await expect(save(host)).rejects.toMatchObject({ status: 409, code: "branded_domain_taken" });
    expect(await readSpace(space)).toEqual(before);
    expect(await spaceAt(host)).toBe(other);
  });

  it("tells the second of two people who save the same form, and overwrites nothing", async () => {
    const seen = await read();
    const update = { branded_domain: host, version: seen.version };
    await updateSpace(seen, update, "dana@convene.example");
    const late = { branded_domain: `late.${host}`, version: seen.version };
    await expect(updateSpace(await read(), late, "otto@convene.example")).rejects.toMatchObject({
      status: 409,
      code: "changed_meanwhile",
    });
    // At the same moment, both have read the Space before either saved.
    await expect(updateSpace(seen, late, "otto@convene.example")).rejects.toMatchObject({ status: 409 });
    expect(await read()).toMatchObject({ branded_domain: host, version: 1 });
    await expect(spaceAt(`late.${host}`)).rejects.toMatchObject({ status: 404 });
  });

  it("saves one of several at the same moment", async () => {
    const seen = await read();
    const saves = ["a", "b", "c"].map((name) =>
      updateSpace(seen, { branded_domain: `${name}.${host}`, version: seen.version }, "a test"),
    );
    const results = await Promise.allSettled(saves);
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await read()).version).toBe(1);
  });
});

describe("SpaceUpdate", () => {
  beforeEach(() => {
    vi.stubEnv("BRANDED_DOMAINS", "convene.local, Shop.Example.com, xn--brtchen-90a.example, kate.example");
  });
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    "convene.invalid", // the service's own
    "api.eu-central-1.amazonaws.com",
    "cognito-idp.eu-central-1.amazonaws.com",
    "hop.example.com",
    "a.shop.example.com",
    "example.com",
  ])("takes no host that the deploy does not serve: %s", (branded_domain) => {
    const { issues = [] } = v.safeParse(SpaceUpdate, { branded_domain, version: 0 });
    expect(issues.map(({ message }) => message)).toEqual([
      "must be one of BRANDED_DOMAINS, which this service is set up with: convene.local, shop.example.com, xn--brtchen-90a.example, kate.example",
    ]);
  });

  it("takes a host of a wildcard, but for the service's own", () => {
    vi.stubEnv("BASE_URL", "https://stripe.convene.example");
    vi.stubEnv("BRANDED_DOMAINS", "*.convene.example");
    const takes = (branded_domain: string) => v.is(SpaceUpdate, { branded_domain, version: 0 });
    expect(takes("shop.convene.example")).toBe(true);
    expect(takes("stripe.convene.example")).toBe(false);
    expect(takes("a.shop.convene.example")).toBe(false);
    expect(takes("*.convene.example")).toBe(false);
    vi.stubEnv("BRANDED_DOMAINS", "*.convene.example, stripe.convene.example");
    expect(takes("stripe.convene.example")).toBe(true);
  });

  it("takes none where the deploy serves none but its own", () => {
    vi.stubEnv("BRANDED_DOMAINS", "");
    const { issues = [] } = v.safeParse(SpaceUpdate, { branded_domain: "shop.example.com", version: 0 });
    expect(issues[0]?.message).toMatch(/: there are none$/);
    expect(v.is(SpaceUpdate, { branded_domain: "", version: 0 })).toBe(true);
  });

  it.each([
    ["", ""],
    ["convene.local", "convene.local"],
    [" Shop.Example.COM ", "shop.example.com"],
    ["xn--brtchen-90a.example", "xn--brtchen-90a.example"],
  ])("takes %j for the host %j", (branded_domain, host) => {
    expect(v.parse(SpaceUpdate, { branded_domain, version: "3" })).toEqual({
      branded_domain: host,
      version: 3,
    });
  });

  it.each([
    "localhost",
    "shop.example:3000",
    "https://shop.example",
    "shop.example/path",
    "shop..example",
    "-shop.example",
    "shop-.example",
    "a b.example",
    "bröt.example",
    "#.example",
    "10.0.0.10",
    "shop.example.",
    "\u212aate.example", // in lower case, kate.example
    `${"a".repeat(64)}.example`,
    `${"a.".repeat(130)}example`,
  ])("takes %j for no host", (branded_domain) => {
    expect(v.is(SpaceUpdate, { branded_domain, version: 0 })).toBe(false);
  });

  it.each([undefined, null, "", " ", -1, "0x1", "1e3", Number.NaN, "x", 1.5, "1.5", {}, []])(
    "takes %j for no version",
    (version) => {
      expect(v.is(SpaceUpdate, { branded_domain: "", version })).toBe(false);
    },
  );
});
