import { createHash } from "node:crypto";
import * as v from "valibot";
import { isEmail } from "../../lib/ids.ts";

/** Somebody who can sign in at the local issuer. */
export const Person = v.object({
  email: v.pipe(v.string(), v.trim(), v.check(isEmail, "must be an email address")),
  password: v.pipe(v.string(), v.minLength(1)),
  name: v.pipe(v.string(), v.minLength(1)),
  email_verified: v.boolean(),
  /** What they may do, for the page to sign in. */
  role: v.optional(v.string()),
});
export type Person = v.InferOutput<typeof Person>;

export const People = v.pipe(
  v.array(Person),
  v.minLength(1, "names nobody"),
  v.check(
    (people) => new Set(people.map(subjectOf)).size === people.length,
    "has the same email twice", // the second could never sign in
  ),
);

/** The `sub` of a person's tokens. Made from the email alone, so that a restart changes nobody's. */
export const subjectOf = ({ email }: { email: string }): string =>
  createHash("sha256").update(email.toLowerCase()).digest("base64url").slice(0, 22);

export const findBySubject = (people: readonly Person[], subject: string): Person | undefined =>
  people.find((person) => subjectOf(person) === subject);

export const findByPassword = (
  people: readonly Person[],
  { email, password }: { email: string; password: string },
): Person | undefined => {
  const person = findBySubject(people, subjectOf({ email: email.trim() }));
  return person?.password === password ? person : undefined;
};
