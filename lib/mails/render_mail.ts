import { html } from "htm/preact";
import type { VNode } from "preact";
import { renderToString } from "preact-render-to-string";

/** A part of a mail: sentences, or a table of labels and values, the last of which may be the sum. */
export type Part = { heading?: string; sentences?: string[]; rows?: Row[] };
export type Row = { label: string; note?: string | undefined; value: string };

/** What a mail says, which is the same as text and as HTML. */
export type Content = { title: string; parts: Part[]; link?: { label: string; url: string }; foot: string };

export const asText = ({ title, parts, link, foot }: Content): string =>
  [
    title,
    ...parts.map(({ heading, sentences = [], rows = [] }) =>
      [
        ...(heading ? [heading, ""] : []),
        ...sentences,
        ...rows.flatMap(({ label, note, value }) => [`${label}: ${value}`, ...(note ? [`  ${note}`] : [])]),
      ].join("\n"),
    ),
    ...(link ? [`${link.label}: ${link.url}`] : []),
    `-- \n${foot}`,
  ].join("\n\n");

/** What is put in is escaped: a name is a name, whatever is in it. */
export const asHtml = (content: Content): string => `<!doctype html>${renderToString(documentOf(content))}`;

const documentOf = ({ title, parts, link, foot }: Content): VNode => html`
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>${title}</title>
    </head>
    <body style="margin:0 auto;padding:24px;max-width:600px;font:16px/1.5 system-ui,sans-serif;color:#1c1c1c;overflow-wrap:anywhere">
      <h1 style="font-size:22px">${title}</h1>
      ${parts.map(partOf)}
      ${link && html`<p><a href=${link.url}>${link.label}</a></p>`}
      <p style="margin-top:32px;font-size:14px;color:#595959">${foot}</p>
    </body>
  </html>
`;

const partOf = ({ heading, sentences = [], rows = [] }: Part): VNode => html`
  <div>
    ${heading && html`<h2 style="font-size:18px">${heading}</h2>`}
    ${sentences.map((sentence) => html`<p>${sentence}</p>`)}
    ${
      rows.length > 0 &&
      html`<table style="width:100%;border-collapse:collapse">
        <tbody>
          ${rows.map(
            ({ label, note, value }) => html`<tr>
              <th scope="row" style="text-align:left;font-weight:normal;padding:6px 12px 6px 0;border-bottom:1px solid #ddd">
                ${label}${note && html`<br /><span style="color:#595959">${note}</span>`}
              </th>
              <td style="text-align:right;padding:6px 0;border-bottom:1px solid #ddd;vertical-align:top">${value}</td>
            </tr>`,
          )}
        </tbody>
      </table>`
    }
  </div>
`;
