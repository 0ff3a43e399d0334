import {
  DecryptCommand,
  EncryptCommand,
  IncorrectKeyException,
  InvalidCiphertextException,
  ReEncryptCommand,
} from "@aws-sdk/client-kms";
import { KmsUnavailable } from "../errors.ts";
import { describeError, log } from "../log.ts";
import { kms } from "./kms.ts";
import type { SecretContext } from "./secret_context.ts";

/** Before the base64 of what KMS made. A JWE has no colon. */
export const KMS_PREFIX = "kms:";

/** What KMS encrypts in one call, in bytes (AWS KMS API reference, "Encrypt"). */
const MAX_BYTES = 4_096;

/** Seals with the KMS key of this ARN. @throws {KmsUnavailable}; a bare error for what KMS would not take. */
export async function sealWithKms(secret: string, context: SecretContext, key: string): Promise<string> {
  const bytes = new TextEncoder().encode(secret);
  if (bytes.length === 0 || bytes.length > MAX_BYTES)
    throw new Error(`a secret of ${bytes.length} bytes cannot be sealed: AWS KMS takes 1 to ${MAX_BYTES}`);
  const { CiphertextBlob } = await ask("Encrypt", context, () =>
    kms.send(new EncryptCommand({ KeyId: key, Plaintext: bytes, EncryptionContext: contextOf(context) })),
  );
  return asText(CiphertextBlob);
}

/**
 * A ciphertext says which key it is of, so that one of an older key opens, too: which keys may be used is for the
 * function's role to say. @throws {KmsUnavailable}; a bare error where it was changed, or sealed for another place.
 */
export async function openWithKms(sealed: string, context: SecretContext): Promise<string> {
  const { Plaintext } = await ask("Decrypt", context, () =>
    kms.send(new DecryptCommand({ CiphertextBlob: bytesOf(sealed), EncryptionContext: contextOf(context) })),
  );
  return new TextDecoder().decode(Plaintext);
}

/** Seals for the same place with the key of this ARN, inside KMS: the secret does not come here. @throws as opening does. */
export async function resealWithKms(sealed: string, context: SecretContext, key: string): Promise<string> {
  const { CiphertextBlob } = await ask("ReEncrypt", context, () =>
    kms.send(
      new ReEncryptCommand({
        CiphertextBlob: bytesOf(sealed),
        SourceEncryptionContext: contextOf(context),
        DestinationEncryptionContext: contextOf(context),
        DestinationKeyId: key,
      }),
    ),
  );
  return asText(CiphertextBlob);
}

/** Exactly these three: the roles' policies name them (`kms:EncryptionContext:field`), and CloudTrail shows them. */
const contextOf = ({ space, row, field }: SecretContext): Record<string, string> => ({ space, row, field });

const asText = (blob: Uint8Array = Buffer.of()): string =>
  `${KMS_PREFIX}${Buffer.from(blob).toString("base64")}`;

const bytesOf = (sealed: string): Uint8Array => Buffer.from(sealed.slice(KMS_PREFIX.length), "base64");

async function ask<Answer>(
  what: "Encrypt" | "Decrypt" | "ReEncrypt",
  context: SecretContext,
  send: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof InvalidCiphertextException || error instanceof IncorrectKeyException)
      throw new Error("this secret was changed, or sealed for another place", { cause: error });
    log.error("AWS KMS did not do it", { what, ...context, ...describeError(error) });
    throw new KmsUnavailable(error);
  }
}
