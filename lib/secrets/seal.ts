import { configuration } from "../configuration.ts";
import { openWithKey, sealWithKey } from "./seal_with_key.ts";
import { KMS_PREFIX, openWithKms, resealWithKms, sealWithKms } from "./seal_with_kms.ts";
import type { SecretContext } from "./secret_context.ts";

/** Seals `secret` for its place: by AWS KMS where `SEALING_KMS_KEY` names a key, else with the local key. @throws {KmsUnavailable} */
export async function seal(secret: string, context: SecretContext): Promise<string> {
  const key = configuration.sealingKmsKey;
  return key ? await sealWithKms(secret, context, key) : await sealWithKey(secret, context);
}

/**
 * @throws where the ciphertext was changed, sealed for another place, or sealed in a way that is not ours; {KmsUnavailable}
 */
export async function open(sealed: string, context: SecretContext): Promise<string> {
  return isWithKms(sealed) ? await openWithKms(sealed, context) : await openWithKey(sealed, context);
}

/** The same secret, sealed with the key that is configured now. @throws as `open` does */
export async function reseal(sealed: string, context: SecretContext): Promise<string> {
  const key = configuration.sealingKmsKey;
  return isWithKms(sealed) && key
    ? await resealWithKms(sealed, context, key)
    : await sealWithKey(await openWithKey(sealed, context), context);
}

/** The sealed text says which way it was sealed. @throws where that is not the way that is configured */
function isWithKms(sealed: string): boolean {
  const isWithKms = sealed.startsWith(KMS_PREFIX);
  if (isWithKms === Boolean(configuration.sealingKmsKey)) return isWithKms;
  throw new Error(
    isWithKms
      ? "this secret is sealed with AWS KMS, and the environment lacks SEALING_KMS_KEY"
      : "this secret is sealed with a local key, and the environment has SEALING_KMS_KEY",
  );
}
