import { createHash, randomBytes } from "node:crypto";

/** An API key tells its Space, so that one read finds it; the table keeps only its hash. */
export const makeApiKey = (space: string): string =>
  `convene_${space}_${randomBytes(32).toString("base64url")}`;

/** The Space an API key says it is for; undefined where it has not the shape of one. */
export const spaceOfApiKey = (apiKey: string): string | undefined =>
  /^convene_([a-z0-9-]{1,63})_[A-Za-z0-9_-]{43}$/.exec(apiKey)?.[1];

/** SHA-256 is enough: a key is 256 random bits, so there is nothing to guess. */
export const hashOfApiKey = (apiKey: string): string => createHash("sha256").update(apiKey).digest("hex");
