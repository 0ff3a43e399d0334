import { toSecond } from "../clock.ts";
import { html, type VNode } from "./html.ts";

/**
 * A time of ISO 8601 for people, to the second, in UTC; where script runs (browser/script.ts), in the reader's own zone. With
 * `ago` it is told by how long ago it is: where it stands alone, and not in a sentence.
 */
export const Time = ({ at, ago }: { at: string; ago?: boolean }): VNode =>
  html`<time datetime=${at} data-ago=${ago}>${toSecond(at)}</time>`;
