import { CompactEncrypt, compactDecrypt } from "jose";
import { configuration } from "../configuration.ts";
import type { SecretContext } from "./secret_context.ts";

/** Seals with the local key (JWE, A256GCM: the header with the place in it is authenticated). */
export async function sealWithKey(secret: string, context: SecretContext): Promise<string> {
  return await new CompactEncrypt(new TextEncoder().encode(secret))
    .setProtectedHeader({ alg: "dir", enc: "A256GCM", place: placeOf(context) })
    .encrypt(sealingKey());
}

/** @throws where the ciphertext was changed, sealed for another place, or sealed with another key. */
export async function openWithKey(sealed: string, context: SecretContext): Promise<string> {
  const { plaintext, protectedHeader } = await compactDecrypt(sealed, sealingKey());
  if (protectedHeader.place !== placeOf(context)) throw new Error("this secret was sealed for another place");
  return new TextDecoder().decode(plaintext);
}

const placeOf = ({ space, row, field }: SecretContext): string => JSON.stringify([space, row, field]);

const sealingKey = (): Uint8Array => Buffer.from(configuration.sealingKey, "base64url");
