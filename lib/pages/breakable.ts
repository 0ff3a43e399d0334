import { html, type VNode } from "./html.ts";

/** A long name that goes on in the next line, if it has to, at its dots and its `@`, and not in the middle of a word. */
export const Breakable = ({ text }: { text: string }): VNode =>
  html`${text.split(/(?<=\.)|(?=@)/).map((part, index) => html`${index > 0 && html`<wbr />`}${part}`)}`;
