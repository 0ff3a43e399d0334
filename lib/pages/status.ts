import { html, type VNode } from "./html.ts";

/** A status in a word or two, and its colour, which says nothing that the word does not. */
export type Words = [label: string, tone: "good" | "bad" | "soft"];

export const Status = ({ words: [label, tone] }: { words: Words }): VNode =>
  html`<strong class=${tone}>${label}</strong>`;
