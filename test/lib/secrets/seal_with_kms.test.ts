import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { KmsUnavailable } from "../../../lib/errors.ts";
import { openWithKms, resealWithKms, sealWithKms } from "../../../lib/secrets/seal_with_kms.ts";
import { type Kms, startKms } from "../../support/kms.ts";

const place = { space: "demo", row: "UTILITY#1", field: "api_token" };

let kms: Kms;
let arn: string;
beforeAll(async () => {
  kms = await startKms();
});
beforeEach(() => {
  kms.weather = "well";
  kms.calls.length = 0;
  ({ arn } = kms.makeKey());
});

const seal = (secret: string) => sealWithKms(secret, place, arn);
const open = (sealed: string, context = place) => openWithKms(sealed, context);

it("opens what it sealed for the same place", async () => {
  for (const secret of ["sk_test_4242", "ü🥖", "x".repeat(4_096)])
    expect(await open(await seal(secret))).toBe(secret);
});

it("tells KMS the place, in exactly three pairs, and asks it once for each", async () => {
  const sealed = await seal("sk_test_4242");
  await open(sealed);
  await resealWithKms(sealed, place, arn);
  expect(kms.calls).toEqual([
    { action: "Encrypt", key: arn, context: place },
    { action: "Decrypt", key: arn, context: place },
    { action: "ReEncryptFrom", key: arn, context: place },
    { action: "ReEncryptTo", key: arn, context: place },
  ]);
});

it("keeps the secret out of what it makes, and never makes the same twice", async () => {
  const [one, another] = [await seal("sk_test_4242"), await seal("sk_test_4242")];
  expect(Buffer.from(one.slice(4), "base64").toString("latin1")).not.toContain("sk_test");
  expect(one).not.toBe(another);
});

it.each([
  ["nothing", "", 0],
  ["4097 bytes", "x".repeat(4_097), 4_097],
  ["4097 bytes in fewer letters", `${"é".repeat(2_048)}x`, 4_097],
])("refuses %s, before KMS would", async (_what, secret, bytes) => {
  await expect(seal(secret)).rejects.toThrow(
    `a secret of ${bytes} bytes cannot be sealed: AWS KMS takes 1 to 4096`,
  );
  expect(kms.calls).toEqual([]);
});

describe("does not open a secret", () => {
  it.each([
    ["another Space", { ...place, space: "other" }],
    ["another row", { ...place, row: "UTILITY#2" }],
    ["another field", { ...place, field: "client_id" }],
  ])("that was moved to %s", async (_where, elsewhere) => {
    await expect(open(await seal("sk_test_4242"), elsewhere)).rejects.toThrow("another place");
  });

  it.each([0, 15, 16, 28, 44, -1])("whose byte %i was changed", async (at) => {
    const blob = Buffer.from((await seal("sk_test_4242")).slice(4), "base64");
    const index = at < 0 ? blob.length + at : at;
    blob[index] = (blob[index] ?? 0) ^ 1;
    await expect(open(`kms:${blob.toString("base64")}`)).rejects.toThrow("this secret was changed");
  });

  it.each(["kms:", "kms:AAAA", "kms:not base64"])("that is none: %j", async (sealed) => {
    await expect(open(sealed)).rejects.toThrow();
  });
});

describe("another key", () => {
  it("does not keep what the old one sealed from opening, until that is disabled", async () => {
    const old = kms.makeKey();
    const sealed = await sealWithKms("sk_test_4242", place, old.arn);
    expect(await open(sealed)).toBe("sk_test_4242");
    old.state = "Disabled";
    await expect(open(sealed)).rejects.toMatchObject({ status: 503, reason: "DisabledException" });
  });

  it("takes over by sealing again, and then the old one is not needed", async () => {
    const old = kms.makeKey();
    const again = await resealWithKms(await sealWithKms("sk_test_4242", place, old.arn), place, arn);
    old.state = "PendingDeletion";
    expect(await open(again)).toBe("sk_test_4242");
    expect(kms.calls.slice(1, 3)).toMatchObject([
      { action: "ReEncryptFrom", key: old.arn },
      { action: "ReEncryptTo", key: arn },
    ]);
  });
});

describe("trouble with KMS", () => {
  it.each([
    ["is down", "down", "InternalFailure"],
    ["denies us the key", "denied", "AccessDeniedException"],
    ["does not answer", "silent", "TimeoutError"],
  ] as const)("is a 503 within 4 s where it %s, and passes with it", async (_what, weather, reason) => {
    const sealed = await seal("sk_test_4242");
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const began = performance.now();
    kms.weather = weather;
    const tries = await Promise.all(
      [open(sealed), seal("sk_test_4242"), resealWithKms(sealed, place, arn)].map((each) =>
        each.catch((error: unknown) => error),
      ),
    );
    expect(performance.now() - began).toBeLessThan(4_000);
    for (const error of tries) {
      expect(error).toBeInstanceOf(KmsUnavailable);
      expect(error).toMatchObject({ status: 503, code: "unavailable", reason });
    }
    const said = logged.mock.calls.flat().join();
    for (const what of ["Encrypt", "Decrypt", "ReEncrypt"]) expect(said).toContain(`"what":"${what}"`);
    expect(said).not.toContain("sk_test");
    logged.mockRestore();
    kms.weather = "well";
    expect(await open(sealed)).toBe("sk_test_4242");
  });
});
