import { STRIPE_KINDS } from "../search/pasted_id.ts";
import { searchPath } from "../urls.ts";
import { type ComponentChildren, html } from "./html.ts";

/** So much of a payload is shown, in bytes of HTML: a page is 60 KB at most with all that it loads. In JSON it is whole. */
const MAX_BYTES = 28_000;

/** What markup adds, in bytes: to a line, to an id that is a link, and to what can be folded. */
const MARKUP = { line: 12, link: 20, fold: 60, empty: 25 };

/** Nested objects of more lines than these can be folded. */
const MIN_LINES = 3;

/** The ids that the search knows. */
const ID = new RegExp(`^(?:${STRIPE_KINDS.join("|")})_\\w+$`);

/**
 * A payload as lines of indented JSON, whose text is the payload, so that all of it is copied, folded or not. Long objects are
 * `details`, ids lead to the Space's search, and what is empty has the class `empty`.
 */
export function payloadView(
  payload: unknown,
  space: string,
): { lines: ComponentChildren; emptyFields: number; isWhole: boolean } {
  let left = MAX_BYTES;
  let emptyFields = 0;

  const value = (of: unknown): ComponentChildren => {
    const text = JSON.stringify(of);
    const href = typeof of === "string" && ID.test(of) ? searchPath(space, of) : undefined;
    const before = left;
    left -= bytesOf(text) + (href === undefined ? 0 : href.length + MARKUP.link);
    if (left < 0) return `${text.slice(0, before / BYTES_OF_CHARACTER)}…`;
    return href === undefined ? text : html`"<a href=${href}>${of}</a>"`;
  };

  const line = (key: string | undefined, of: unknown, indent: string, end: string): ComponentChildren => {
    const name = key === undefined ? "" : JSON.stringify(key);
    left -= bytesOf(name) + indent.length + MARKUP.line;
    if (left < 0) return `${indent}…\n`;
    const head = key === undefined ? indent : html`${indent}<b>${name}</b>: `;
    if (!isObject(of) || Object.keys(of).length === 0) return [head, value(of), `${end}\n`];
    const [open, close] = Array.isArray(of) ? "[]" : "{}";
    const tail = `${indent}${close}${end}\n`;
    left -= tail.length;
    if (indent === "" || linesOf(of, MIN_LINES) <= MIN_LINES)
      return [head, `${open}\n`, inside(of, `${indent}  `), tail];
    left -= MARKUP.fold;
    // The end of the summary's line is text alone: on the screen it is a line as it is.
    return html`<details open><summary>${head}${open}<i>${"\n"}</i></summary>${inside(of, `${indent}  `)}</details>${tail}`;
  };

  const inside = (of: object, indent: string): ComponentChildren[] => {
    const entries = Object.entries(of);
    const isList = Array.isArray(of);
    const isFolded = isEmpty(of);
    const lines: ComponentChildren[] = [];
    for (const [index, [key, each]] of entries.entries()) {
      if (left < 0) break;
      const end = index < entries.length - 1 ? "," : "";
      const shown = line(isList ? undefined : key, each, indent, end);
      if (isList || isFolded || !isEmpty(each)) lines.push(shown);
      else {
        emptyFields += 1;
        left -= MARKUP.empty;
        lines.push(html`<div class="empty">${shown}</div>`);
      }
    }
    return lines;
  };

  return { lines: line(undefined, payload, "", ""), emptyFields, isWhole: left >= 0 };
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Nothing, or an object of nothing else. What stands in a list has its place there, and is none. */
const isEmpty = (value: unknown): boolean =>
  value === null ||
  (isObject(value) && (Array.isArray(value) ? value.length === 0 : Object.values(value).every(isEmpty)));

/** How many lines are inside, counted as far as to say that they are more than `most`. */
function linesOf(value: object, most: number): number {
  let lines = 0;
  for (const each of Object.values(value)) {
    lines += isObject(each) && Object.keys(each).length > 0 ? 2 + linesOf(each, most) : 1;
    if (lines > most) break;
  }
  return lines;
}

/** HTML makes as many bytes of a quotation mark. */
const BYTES_OF_CHARACTER = 6;
const bytesOf = (text: string): number => Buffer.byteLength(text.replaceAll(/["&<]/g, "&quot;"));
