import { configuration } from "../configuration.ts";

/** `to` if it is a path of ours, else `/`: nobody is sent elsewhere from here. */
export function localPath(to: string | undefined): string {
  const base = new URL(configuration.baseUrl);
  if (!to?.startsWith("/") || !URL.canParse(to, base)) return "/";
  const { origin, pathname, search } = new URL(to, base);
  // `//elsewhere.example` and `/\elsewhere.example` are other hosts to a browser.
  return origin === base.origin && !pathname.startsWith("//") ? `${pathname}${search}` : "/";
}
