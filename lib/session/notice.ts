import * as v from "valibot";
import type { Request } from "../http/request.ts";
import { readCookie, setCookie } from "./cookies.ts";

/** What the next page shows once: what was done, what went wrong, and an API key, a callback secret or a link that was just made. */
export type Notice = v.InferOutput<typeof Notice>;
const Notice = v.object({
  text: v.optional(v.string()),
  trouble: v.optional(v.string()),
  api_key: v.optional(v.string()),
  callback_secret: v.optional(v.string()),
  link: v.optional(v.string()),
});

/** Long enough to sign in again before. */
export const noticeCookie = { name: "notice", schema: Notice, maxAge_s: 10 * 60 };

export const noticeOf = (request: Request): Promise<Notice | undefined> => readCookie(request, noticeCookie);

export const setNotice = (notice: Notice): Promise<string> => setCookie(noticeCookie, notice);
