import { buyerKey } from "./buyer_key.ts";

/** Email addresses as they stand in a text: the sentence may go on behind one, or end. As isEmail has them, in ASCII. */
const ADDRESS = /[\w!#$%&'*+/=?^`{|}~.-]+@[A-Za-z\d](?:[A-Za-z\d.-]*[A-Za-z\d])?/g;

/** Whether a key of a Space's buyers is one that is looked for. */
type Whose = { secret: string; isErased: (buyer_key: string) => boolean };

/** A text without the addresses of whom the Space has erased. */
export const withoutErased = (text: string, { secret, isErased }: Whose): string =>
  text.replace(ADDRESS, (address) => (isErased(buyerKey(secret, address)) ? "(erased)" : address));

/** Whether what was parsed of JSON has such an address in it, however deep. */
export function namesErased(value: unknown, whose: Whose): boolean {
  // No recursion: whoever holds a webhook secret decides how deep a payload is.
  const left: unknown[] = [value];
  while (left.length > 0) {
    const next = left.pop();
    if (typeof next === "string") {
      if (next.includes("@") && withoutErased(next, whose) !== next) return true;
    } else if (typeof next === "object" && next !== null) {
      for (const each of Object.values(next)) left.push(each);
    }
  }
  return false;
}
