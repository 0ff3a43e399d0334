import { createHash } from "node:crypto";
import type { Access } from "../access/authorize.ts";
import type { Request } from "../http/request.ts";
import { findMark, setMark } from "../session/cookies.ts";
import { findPlatformChange } from "../spaces/platform_change.ts";
import { html, type VNode } from "./html.ts";
import { Time } from "./time.ts";

/** Browsers keep a cookie for 400 days at most (RFC 6265bis, "The Max-Age Attribute"); in s. */
const KEPT_S = 400 * 24 * 60 * 60;

/**
 * Tells everybody who manages the Space, once, that its key is of another Stripe account. Whoever has a session of theirs
 * could have saved it, and the next buyer pays that account. That it was told is kept in the person's browser: a page
 * changes nothing in the tables.
 */
export async function platformChangeNotice(
  request: Request,
  { role, space, session }: Access,
): Promise<{ body: VNode; cookie: string } | undefined> {
  if (!session || !space || (role !== "member" && role !== "operator")) return undefined;
  const change = await findPlatformChange(space);
  if (!change) return undefined;
  const { from, to, actor, at } = change;
  const name = `account_change_${space}`;
  const told = createHash("sha256").update(`${session.email} ${at}`).digest("base64url");
  if (findMark(request, name) === told) return undefined;
  const body = html`<section class="trouble" role="alert">
    The Space's Stripe account was changed from <code>${from}</code> to <code>${to}</code>, by ${actor}, on <${Time} at=${at} />.
    If nobody of you meant that, save the key of the right account, and see who is let in.
  </section>`;
  return { body, cookie: setMark(name, told, KEPT_S) };
}
