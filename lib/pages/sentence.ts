import { html, type VNode } from "./html.ts";

/** A sentence as JSON has it, with names in backticks: on a page, a button's is bold, and what one types is code. */
export const Sentence = ({ text }: { text: string }): VNode =>
  html`<${Parts} parts=${text.split(/`([^`]+)`/)} />`;

const Parts = ({ parts }: { parts: string[] }) =>
  parts.map((part, index) => {
    if (index % 2 === 0) return part;
    return /^[A-Z][a-z]/.test(part) ? html`<strong>${part}</strong>` : html`<code>${part}</code>`;
  });
