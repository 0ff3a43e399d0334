import { html, type VNode } from "./html.ts";

/**
 * A status in a word or two, and its colour, which says nothing that the word does not: green for what is done, amber for what
 * waits or is tried again by itself, red for what needs somebody, grey for what is over or not yet.
 */
export type Words = [label: string, tone: Tone];
export type Tone = "good" | "waiting" | "bad" | "soft";

export const Status = ({ words: [label, tone] }: { words: Words }): VNode =>
  html`<strong class=${`pill ${tone}`}>${label}</strong>`;
