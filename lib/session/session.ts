import { randomBytes } from "node:crypto";
import * as v from "valibot";
import type { Request } from "../http/request.ts";
import { readCookie, setCookie } from "./cookies.ts";

/** Who is signed in. */
export type Session = v.InferOutput<typeof Session>;
const Session = v.object({
  issuer: v.string(),
  subject: v.string(),
  /** Verified by the issuer; in lower case. */
  email: v.string(),
  name: v.string(),
  /** How often they had signed out when it began. */
  sign_outs: v.number(),
  /** What every form of this session must bring along. */
  csrf: v.string(),
});

/** A working day. */
export const sessionCookie = { name: "session", schema: Session, maxAge_s: 12 * 60 * 60 };

export const sessionOf = (request: Request): Promise<Session | undefined> =>
  readCookie(request, sessionCookie);

/** The `Set-Cookie` line of a new session. */
export const startSession = (person: Omit<Session, "csrf">): Promise<string> =>
  setCookie(sessionCookie, { ...person, csrf: randomBytes(32).toString("base64url") });
