/**
 * A text of somebody's in one line: without line breaks, by which a text would get more lines than it has, and a header
 * another header; and without what turns the direction of the letters around it (Unicode UAX #9, explicit formatting).
 */
export const harmless = (text: string): string =>
  text
    .replace(/[\u202a-\u202e\u2066-\u2069]/gu, "")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
