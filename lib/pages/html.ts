/** The one library that makes markup, and it escapes what it is given. */
export { html } from "htm/preact";
export type { ComponentChildren, VNode } from "preact";
