import { toMinute } from "../clock.ts";
import { html, type VNode } from "./html.ts";

/** A time of ISO 8601 for people, to the minute, in UTC. */
export const Time = ({ at }: { at: string }): VNode => html`<time datetime=${at}>${toMinute(at)}</time>`;
