import { EncryptJWT, errors, type JWTPayload, jwtDecrypt } from "jose";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import type { Request } from "../http/request.ts";
import { newerSessionKeys, sessionKeys } from "./session_keys.ts";

/** A cookie whose content only we can read or make: its name, what is in it, and how long it lives, in seconds. */
type SealedCookie<Schema extends v.GenericSchema> = { name: string; schema: Schema; maxAge_s: number };

/** The `Set-Cookie` line that keeps `content`. */
export async function setCookie<Schema extends v.GenericSchema<Record<string, unknown>>>(
  cookie: SealedCookie<Schema>,
  content: v.InferOutput<Schema>,
): Promise<string> {
  const [key = ""] = await sessionKeys();
  const value = await new EncryptJWT(content)
    .setProtectedHeader({ alg: "dir", enc: "A256GCM" })
    .setAudience(cookie.name)
    .setIssuedAt()
    .setExpirationTime(`${cookie.maxAge_s} s`)
    .encrypt(Buffer.from(key, "base64url"));
  return setMark(cookie.name, value, cookie.maxAge_s);
}

/** The `Set-Cookie` line that takes a cookie back. */
export const clearCookie = ({ name }: { name: string }): string =>
  `${prefix()}${name}=; Max-Age=0; ${attributes()}`;

/** What a cookie of the request holds; undefined where it is missing, expired, tampered with, or of a key no longer ours. */
export async function readCookie<Schema extends v.GenericSchema>(
  request: Request,
  { name, schema }: SealedCookie<Schema>,
): Promise<v.InferOutput<Schema> | undefined> {
  const value = findMark(request, name);
  if (!value) return undefined;
  const keys = await sessionKeys();
  let payload = await openWith(keys, value, name);
  if (payload === "no key fits") payload = await openWith(await newerSessionKeys(keys), value, name);
  const parsed = v.safeParse(schema, payload);
  return parsed.success ? parsed.output : undefined;
}

/** What is in it, as whoever made it wrote; undefined where that is over, or is not for this name, or never was a cookie. */
async function openWith(
  keys: string[],
  value: string,
  name: string,
): Promise<JWTPayload | undefined | "no key fits"> {
  for (const key of keys) {
    try {
      return (await jwtDecrypt(value, Buffer.from(key, "base64url"), { audience: name })).payload;
    } catch (error) {
      // Perhaps the next key opens it.
      if (!(error instanceof errors.JWEDecryptionFailed)) return undefined;
    }
  }
  return "no key fits";
}

/** The `Set-Cookie` line of a mark: what anybody may read, and nothing is decided by. */
export const setMark = (name: string, value: string, maxAge_s: number): string =>
  `${prefix()}${name}=${value}; Max-Age=${maxAge_s}; ${attributes()}`;

/** The value of a mark; undefined where there is none. */
export function findMark(request: Request, name: string): string | undefined {
  const start = `${prefix()}${name}=`;
  return request.cookies?.find((cookie) => cookie.startsWith(start))?.slice(start.length);
}

/** Browsers drop `Secure` cookies on http://convene.local, and `__Host-` ones with them. */
const isHttps = (): boolean => configuration.baseUrl.startsWith("https:");
const prefix = (): string => (isHttps() ? "__Host-" : "");
const attributes = (): string => `Path=/; HttpOnly; SameSite=Lax${isHttps() ? "; Secure" : ""}`;
