import { randomBytes } from "node:crypto";
import { addMember } from "../../lib/members/change_members.ts";
import { addRepresentative } from "../../lib/members/change_representatives.ts";
import { bindPerson } from "../../lib/session/identity.ts";
import { sessionOf, startSession } from "../../lib/session/session.ts";
import { placeOf } from "./checkouts.ts";
import { aRequest } from "./requests.ts";
import type { TestSpace } from "./spaces.ts";

/** Somebody with a session: what their browser sends along, and the token that their forms carry. */
export type Person = { email: string; cookies: string[]; csrf: string };

/** The address in `OPERATOR_EMAILS`. */
export const OPERATOR = "operator@convene.example";

const ISSUER = "https://issuer.example";

export const anEmail = (name = "person"): string =>
  `${name}-${randomBytes(6).toString("hex")}@convene.example`;

/** The cookie as the browser sends it back: `name=value`. */
export const sentBack = (setCookie: string): string => setCookie.split(";")[0] ?? "";

/** Signs somebody in, as the callback does once the issuer has said who it is. */
export async function signedIn(email: string, subject = `subject of ${email}`): Promise<Person> {
  const person = await bindPerson({ email, issuer: ISSUER, subject });
  if (!person) throw new Error(`${email} is somebody else's`);
  const cookies = [sentBack(await startSession({ ...person, email, name: "Pat" }))];
  const session = await sessionOf({ ...aRequest({}), cookies });
  if (!session) throw new Error("the session does not open");
  return { email, cookies, csrf: session.csrf };
}

/** Somebody who was let into nothing. */
export const stranger = (): Promise<Person> => signedIn(anEmail("stranger"));

export const operator = (): Promise<Person> => signedIn(OPERATOR);

export async function member(
  { space }: Pick<TestSpace, "space">,
  email = anEmail("member"),
): Promise<Person> {
  await addMember(space, { email }, "a test");
  return await signedIn(email);
}

/** A representative of the Space's first Marketplace's Vendor. */
export async function representative(space: TestSpace, email = anEmail("representative")): Promise<Person> {
  await addRepresentative(placeOf(space), email, "a test");
  return await signedIn(email);
}
