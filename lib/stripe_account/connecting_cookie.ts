import * as v from "valibot";
import type { Request } from "../http/request.ts";
import type { MarketplaceRef } from "../ids.ts";
import { readCookie, setCookie } from "../session/cookies.ts";
import { type Session, sessionOf } from "../session/session.ts";
import { sessionFingerprint } from "./oauth_state.ts";

/** Where this browser pressed `Connect to Stripe` last. It opens nothing: it says where to lead who comes back without a state. */
const connectingCookie = {
  name: "connecting",
  schema: v.object({
    space: v.string(),
    room: v.string(),
    marketplace: v.string(),
    /** The session it was pressed in; who signs in after that is somebody else. */
    session: v.string(),
  }),
  maxAge_s: 60 * 60,
};

/** The `Set-Cookie` line that remembers it. */
export const rememberConnecting = (
  { space, room, marketplace }: MarketplaceRef,
  session: Session,
): Promise<string> =>
  setCookie(connectingCookie, { space, room, marketplace, session: sessionFingerprint(session) });

/** Undefined where nobody is signed in, or pressed the button lately. */
export async function rememberedConnecting(request: Request): Promise<MarketplaceRef | undefined> {
  const session = await sessionOf(request);
  const remembered = await readCookie(request, connectingCookie);
  if (!session || !remembered) return undefined;
  const { session: its, ...place } = remembered;
  return its === sessionFingerprint(session) ? place : undefined;
}
