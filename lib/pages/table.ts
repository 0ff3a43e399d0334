import { type ComponentChildren, html, type VNode } from "./html.ts";

type Facts = {
  /** What is listed, for who does not see it. */
  caption: string;
  columns: Column[];
  /** A row's cells, as many as there are columns. The first names the row. */
  rows: ComponentChildren[][];
};

/** `amount` aligns right, as numbers and times do. `desk` is left out where it is narrow. */
type Column = string | { label: string; amount?: true; desk?: true };

/** A list in columns; on a phone each row is a card, whose cells say their column's name. */
export const Table = ({ caption, columns, rows }: Facts): VNode => {
  const facts: Exclude<Column, string>[] = columns.map((column) =>
    typeof column === "string" ? { label: column } : column,
  );
  const classOf = (index: number) => {
    const { amount, desk } = facts[index] ?? {};
    return [amount && "amount", desk && "desk"].filter(Boolean).join(" ") || undefined;
  };
  return html`
    <table class="list">
      <caption class="unseen">${caption}</caption>
      <thead>
        <tr>${facts.map(({ label }, index) => html`<th scope="col" class=${classOf(index)}>${label}</th>`)}</tr>
      </thead>
      <tbody>
        ${rows.map(
          ([first, ...rest]) => html`<tr>
            <th scope="row" class=${classOf(0)}>${first}</th>
            ${rest.map((cell, index) => html`<td data-label=${facts[index + 1]?.desk ? undefined : facts[index + 1]?.label} class=${classOf(index + 1)}>${cell}</td>`)}
          </tr>`,
        )}
      </tbody>
    </table>
  `;
};
