/** A line of a small statement: what it says, its amount as it is shown, and whether it is a sum of those before. */
type Line = { words: string; amount: string; isSum: boolean };

/** The lines of the statement in the section of a page whose heading has this id. */
export function statementIn(body: string, id: string): Line[] {
  const [, section = ""] =
    new RegExp(`<section aria-labelledby="${id}">(.*?)</section>`, "s").exec(body) ?? [];
  return [...section.matchAll(/<tr(?: class="(\w+)")?>\s*<th[^>]*>(.*?)<\/th>\s*<td[^>]*>(.*?)<\/td>/gs)].map(
    ([, className, words = "", amount = ""]) => ({
      words: textOf(words),
      amount: textOf(amount),
      isSum: className === "sum",
    }),
  );
}

const textOf = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();

/** What says in words that it is less than nothing. */
const BELOW_NOTHING = /Owed by the Vendor|The Distributor loses/;

/** The sums of a statement that do not come out of the lines before them, in the smallest unit. None, if it adds up. */
export function wrongSums(lines: Line[]): string[] {
  const wrong: string[] = [];
  let sum = 0;
  for (const { words, amount, isSum } of lines) {
    const value = Number(amount.replaceAll(/[^\d]/g, "")) * (amount.startsWith("−") ? -1 : 1);
    if (!isSum) sum += value;
    else if (value !== sum && !(BELOW_NOTHING.test(words) && value === -sum))
      wrong.push(`${words}: ${value} instead of ${sum}`);
  }
  return wrong;
}
