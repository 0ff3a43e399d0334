import { toSecond } from "../clock.ts";
import { html, type VNode } from "./html.ts";

/**
 * A time of ISO 8601 for people, to the second, in UTC; where script runs (browser/script.ts), in the reader's own zone. With
 * `ago` it is told by how long ago it is: where it stands alone, and not in a sentence. With `utc` it stays UTC's: in a
 * statement, which is by UTC's days.
 */
export const Time = ({ at, ago, utc }: { at: string; ago?: boolean; utc?: boolean }): VNode =>
  html`<time datetime=${at} data-ago=${ago} data-utc=${utc}>${toSecond(at)}</time>`;
