import * as v from "valibot";
import { Text } from "../http/body.ts";
import { isSlug } from "../ids.ts";
import { holdsSecret } from "../secrets/without_secrets.ts";

/** A Space's own row. */
export type Space = v.InferOutput<typeof Space>;
export const Space = v.object({
  space: v.string(),
  name: v.string(),
  /** The host on which the Space answers without `/spaces/{space}`. */
  branded_domain: v.optional(v.string()),
  /** The webhook secrets that people added, as they may be shown, in the order of the sealed list. */
  added_webhook_secret_masked: v.optional(v.array(v.string()), []),
  /** Counts its changes, so that of two people who save the same form the second is told. */
  version: v.number(),
});

/** The Space that the service tests itself in; see lib/self_test. It is in no list. */
export const SELF_TEST_SPACE = "self-test";

/** A slug, as it is typed. */
export const Slug = v.pipe(
  Text,
  v.trim(),
  v.check(isSlug, "must be 1 to 63 lowercase letters, digits and hyphens, such as `zinc-coop`"),
);

/** What people call a thing. */
export const Name = v.pipe(
  Text,
  v.trim(),
  v.minLength(1, "must not be empty"),
  v.maxLength(80, "must have at most 80 characters"),
  // Names stand in pages and in the audit.
  v.check((name) => !holdsSecret(name), "must not be a secret key"),
);
