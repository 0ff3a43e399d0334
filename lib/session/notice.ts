import * as v from "valibot";
import type { Request } from "../http/api.ts";
import { readCookie, setCookie } from "./cookies.ts";

/** What the next page shows once, after a form was taken: a sentence, and an API key that was just made. */
export type Notice = v.InferOutput<typeof Notice>;
const Notice = v.object({ text: v.string(), api_key: v.optional(v.string()) });

export const noticeCookie = { name: "notice", schema: Notice, maxAge_s: 60 };

export const noticeOf = (request: Request): Promise<Notice | undefined> => readCookie(request, noticeCookie);

export const setNotice = (notice: Notice): Promise<string> => setCookie(noticeCookie, notice);
