import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { open, reseal, seal } from "../../../lib/secrets/seal.ts";
import { type Kms, startKms } from "../../support/kms.ts";

const place = { space: "demo", row: "UTILITY#1", field: "api_token" };

let kms: Kms;
let arn: string;
beforeAll(async () => {
  kms = await startKms();
  ({ arn } = kms.makeKey());
});
afterEach(() => vi.unstubAllEnvs());

const useKms = () => vi.stubEnv("SEALING_KMS_KEY", arn);
const useLocalKey = () => vi.stubEnv("SEALING_KMS_KEY", "");

it("seals with KMS where a KMS key is named, and says so in what it makes", async () => {
  useKms();
  const sealed = await seal("sk_test_4242", place);
  expect(sealed).toMatch(/^kms:[A-Za-z0-9+/]+=*$/);
  expect(await open(sealed, place)).toBe("sk_test_4242");
});

it("seals with the local key where none is named, as it always did, and asks KMS nothing", async () => {
  useLocalKey();
  const before = kms.calls.length;
  const sealed = await seal("sk_test_4242", place);
  expect(sealed).toMatch(/^eyJ[\w-]+\.(?:[\w-]*\.){3}[\w-]+$/);
  expect(await open(sealed, place)).toBe("sk_test_4242");
  expect(kms.calls).toHaveLength(before);
});

describe("what is sealed the other way is named for what it is", () => {
  it("where KMS sealed it, and no KMS key is named", async () => {
    useKms();
    const sealed = await seal("sk_test_4242", place);
    useLocalKey();
    const what = "this secret is sealed with AWS KMS, and the environment lacks SEALING_KMS_KEY";
    await expect(open(sealed, place)).rejects.toThrow(what);
    await expect(reseal(sealed, place)).rejects.toThrow(what);
  });

  it("where the local key sealed it, and a KMS key is named", async () => {
    useLocalKey();
    const sealed = await seal("sk_test_4242", place);
    useKms();
    const what = "this secret is sealed with a local key, and the environment has SEALING_KMS_KEY";
    await expect(open(sealed, place)).rejects.toThrow(what);
    await expect(reseal(sealed, place)).rejects.toThrow(what);
  });
});

describe("sealing again", () => {
  it.each([
    ["KMS", useKms],
    ["the local key", useLocalKey],
  ])("with %s makes another text of the same secret, for the same place only", async (_way, use) => {
    use();
    const sealed = await seal("sk_test_4242", place);
    const again = await reseal(sealed, place);
    expect(again).not.toBe(sealed);
    expect(await open(again, place)).toBe("sk_test_4242");
    const elsewhere = { ...place, space: "other" };
    await expect(open(again, elsewhere)).rejects.toThrow("another place");
    await expect(reseal(sealed, elsewhere)).rejects.toThrow("another place");
  });
});
