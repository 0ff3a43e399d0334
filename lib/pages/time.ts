import { toSecond } from "../clock.ts";
import { html, type VNode } from "./html.ts";

/** A time of ISO 8601 for people, to the second, in UTC. */
export const Time = ({ at }: { at: string }): VNode => html`<time datetime=${at}>${toSecond(at)}</time>`;
