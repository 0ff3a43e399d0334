import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from "node:crypto";
import * as v from "valibot";
import { afterAll } from "vitest";
import { type AwsService, Refusal, startAwsService } from "./aws_service.ts";

type Key = { id: Buffer; arn: string; secret: Buffer; state: "Enabled" | "Disabled" | "PendingDeletion" };
type Context = Record<string, string>;

/** One call that was answered, with the key it was answered with and for what context. */
export type KmsCall = { action: string; key: string; context: Context };

export type Kms = AwsService & { makeKey(): Key; calls: KmsCall[] };

const Base64 = v.pipe(
  v.string(),
  v.base64(),
  v.transform((text) => Buffer.from(text, "base64")),
);
const Pairs = v.optional(v.record(v.string(), v.string()), {});
const Encrypt = v.strictObject({ KeyId: v.string(), Plaintext: Base64, EncryptionContext: Pairs });
const Decrypt = v.strictObject({ CiphertextBlob: Base64, EncryptionContext: Pairs });
const ReEncrypt = v.strictObject({
  CiphertextBlob: Base64,
  SourceEncryptionContext: Pairs,
  DestinationKeyId: v.string(),
  DestinationEncryptionContext: Pairs,
});

/**
 * A stand-in for AWS KMS with symmetric keys: AES-256-GCM, with the encryption context as what is authenticated (AWS KMS
 * docs, "Encryption context"). The KMS client of this process finds it; it ends with the file of tests.
 */
export async function startKms(): Promise<Kms> {
  const keys: Key[] = [];
  const calls: KmsCall[] = [];

  const usable = (key: Key | undefined): Key => {
    if (!key) throw new Refusal("NotFoundException", "no such key");
    if (key.state === "Disabled") throw new Refusal("DisabledException", `${key.arn} is disabled.`);
    if (key.state === "PendingDeletion")
      throw new Refusal("KMSInvalidStateException", `${key.arn} is going.`);
    return key;
  };
  const keyOf = (arn: string): Key => usable(keys.find((key) => key.arn === arn));

  function encrypt(key: Key, plaintext: Buffer, context: Context): string {
    if (plaintext.length < 1 || plaintext.length > 4_096) throw new Refusal("ValidationException", "length");
    const iv = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", key.secret, iv).setAAD(authenticated(context));
    const sealed = Buffer.concat([cipher.update(plaintext), cipher.final()]);
    return Buffer.concat([key.id, iv, cipher.getAuthTag(), sealed]).toString("base64");
  }

  function decrypt(blob: Buffer, context: Context): { key: Key; plaintext: Buffer } {
    const parts = [blob.subarray(0, 16), blob.subarray(16, 28), blob.subarray(28, 44), blob.subarray(44)];
    const [id = Buffer.of(), iv = Buffer.of(), tag = Buffer.of(), sealed = Buffer.of()] = parts;
    const known = keys.find((key) => key.id.equals(id));
    if (!known) throw new Refusal("InvalidCiphertextException");
    const key = usable(known);
    try {
      const cipher = createDecipheriv("aes-256-gcm", key.secret, iv, { authTagLength: 16 })
        .setAAD(authenticated(context))
        .setAuthTag(tag);
      return { key, plaintext: Buffer.concat([cipher.update(sealed), cipher.final()]) };
    } catch {
      throw new Refusal("InvalidCiphertextException");
    }
  }

  const actions: Record<string, (input: unknown) => object> = {
    Encrypt(input) {
      const { KeyId, Plaintext, EncryptionContext: context } = v.parse(Encrypt, input);
      const key = keyOf(KeyId);
      const CiphertextBlob = encrypt(key, Plaintext, context);
      calls.push({ action: "Encrypt", key: key.arn, context });
      return { CiphertextBlob, KeyId: key.arn };
    },
    Decrypt(input) {
      const { CiphertextBlob, EncryptionContext: context } = v.parse(Decrypt, input);
      const { key, plaintext } = decrypt(CiphertextBlob, context);
      calls.push({ action: "Decrypt", key: key.arn, context });
      return { Plaintext: plaintext.toString("base64"), KeyId: key.arn };
    },
    ReEncrypt(input) {
      const { CiphertextBlob, SourceEncryptionContext, DestinationKeyId, DestinationEncryptionContext } =
        v.parse(ReEncrypt, input);
      const { key: source, plaintext } = decrypt(CiphertextBlob, SourceEncryptionContext);
      const key = keyOf(DestinationKeyId);
      const sealed = encrypt(key, plaintext, DestinationEncryptionContext);
      calls.push({ action: "ReEncryptFrom", key: source.arn, context: SourceEncryptionContext });
      calls.push({ action: "ReEncryptTo", key: key.arn, context: DestinationEncryptionContext });
      return { CiphertextBlob: sealed, SourceKeyId: source.arn, KeyId: key.arn };
    },
  };

  const service = await startAwsService((action, input) => {
    const act = actions[action];
    if (!act) throw new Refusal("UnknownOperationException", action);
    return act(input);
  });
  process.env.AWS_ENDPOINT_URL_KMS = service.url;
  afterAll(() => service.close());
  return Object.assign(service, {
    calls,
    makeKey(): Key {
      const id = randomUUID();
      const key: Key = {
        id: Buffer.from(id.replaceAll("-", ""), "hex"),
        arn: `arn:aws:kms:eu-central-1:111122223333:key/${id}`,
        secret: randomBytes(32),
        state: "Enabled",
      };
      keys.push(key);
      return key;
    },
  });
}

/** KMS does not care for the order of the pairs, but for each letter of them. */
const authenticated = (context: Context): Buffer =>
  Buffer.from(JSON.stringify(Object.entries(context).sort()));
