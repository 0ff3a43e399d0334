import { renderToString } from "preact-render-to-string";
import type { Answer } from "../http/request.ts";
import type { Notice } from "../session/notice.ts";
import type { Session } from "../session/session.ts";
import { pageHeaders } from "./headers.ts";
import { html, type VNode } from "./html.ts";
import { Bar, type Place, Tabs } from "./navigation.ts";
import { SCRIPT_PATH } from "./script.ts";
import { Sentence } from "./sentence.ts";
import { STYLES } from "./styles.ts";

export type Document = {
  title: string;
  body: VNode;
  status?: number | undefined;
  session?: Session | undefined;
  /** Where in the product it is, of a page that is somewhere. */
  place?: Place | undefined;
  notice?: Pick<Notice, "text" | "trouble"> | undefined;
  cookies?: string[];
  refresh_s?: number | undefined;
  /** Where the browser goes on to by itself, at once. That is no redirect: after a form, no `form-action` holds it up. */
  goesOnTo?: string;
};

/** A whole page as an answer of the HTTP API. */
export const document = ({
  title,
  body,
  status = 200,
  session,
  place,
  notice,
  cookies = [],
  refresh_s,
  goesOnTo,
}: Document): Answer => ({
  statusCode: status,
  headers: {
    ...pageHeaders(),
    "content-type": "text/html; charset=utf-8",
    ...(refresh_s && { refresh: String(refresh_s) }),
  },
  cookies,
  body: `<!doctype html>${renderToString(html`
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${goesOnTo && html`<meta http-equiv="refresh" content=${`0; url=${goesOnTo}`} />`}
        <title>${status >= 400 && "Error: "}${windowTitle(title, place)}</title>
        <script src=${SCRIPT_PATH} defer></script>
        <style dangerouslySetInnerHTML=${{ __html: STYLES }} />
      </head>
      <body>
        <a class="skip" href="#main">Skip to the page</a>
        <${Bar} session=${session} place=${place} />
        <${Tabs} place=${place} />
        <main id="main" tabindex="-1">
          <h1>${title}</h1>
          ${notice?.text && html`<section class="notice" role="status"><${Sentence} text=${notice.text} /></section>`}
          ${notice?.trouble && html`<section class="trouble" role="alert"><${Sentence} text=${notice.trouble} /></section>`}
          ${body}
        </main>
      </body>
    </html>
  `)}`,
});

/** A window's title names the place, too: of two windows with `Orders`, one sees whose they are. */
const windowTitle = (title: string, { marketplace, space }: Partial<Place> = {}): string =>
  [...new Set([title, marketplace?.name, space?.name, "Convene"])].filter(Boolean).join(" · ");
