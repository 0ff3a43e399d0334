import { createHash, randomBytes } from "node:crypto";
import * as v from "valibot";

/**
 * What an API key may: `sell` places a Space's Orders and reads them, as a shop's server does; `manage` does that, and all
 * else that takes no person.
 */
export type Scope = v.InferOutput<typeof Scope>;
export const Scope = v.picklist(["sell", "manage"], "must be `sell` or `manage`");

/** An API key's row, as far as it is of use. */
export type ApiKeyRow = v.InferOutput<typeof ApiKeyRow>;
export const ApiKeyRow = v.object({
  name: v.string(),
  /** Absent of a key that was made before there were scopes. */
  scope: v.optional(Scope),
});

/** A key of before did everything, and goes on with what programs may. */
export const scopeOf = ({ scope = "manage" }: ApiKeyRow): Scope => scope;

/** Whether a key of this scope may do what asks for `needed`. */
export const allows = (scope: Scope, needed: Scope): boolean => scope === "manage" || scope === needed;

/** An API key tells its Space, so that one read finds it; the table keeps only its hash. */
export const makeApiKey = (space: string): string =>
  `convene_${space}_${randomBytes(32).toString("base64url")}`;

/** The Space an API key says it is for; undefined where it has not the shape of one. */
export const spaceOfApiKey = (apiKey: string): string | undefined =>
  /^convene_([a-z0-9-]{1,63})_[A-Za-z0-9_-]{43}$/.exec(apiKey)?.[1];

/** SHA-256 is enough: a key is 256 random bits, so there is nothing to guess. */
export const hashOfApiKey = (apiKey: string): string => createHash("sha256").update(apiKey).digest("hex");
