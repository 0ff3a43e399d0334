/** Levels of objects and lists that are shown; Stripe's own have about ten. */
export const MAX_DEPTH = 32;

/** Of the payload as JSON: it goes into an answer, of which a Lambda has at most 6 MB. A body has at most 1 MB. */
const MAX_CHARACTERS = 2_000_000;

/** A payload as it can be shown, and in a sentence what of it is not. */
export type BoundPayload = { payload: unknown; payload_note: string | null };

const TOO_DEEP = `It is nested deeper than ${MAX_DEPTH} levels; what is below is left out.`;
const TOO_LARGE = "It is too large to be shown.";

/**
 * Anybody who holds a webhook secret decides what stands in a payload. What is nested deep, be it small, takes a page of
 * many MB to indent, and more of a stack than there is to write as JSON.
 */
export function boundPayload(whole: unknown): BoundPayload {
  let isCut = false;
  const cut = (value: unknown, levels: number): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (levels === 0) {
      isCut = true;
      return "…";
    }
    if (Array.isArray(value)) return value.map((item) => cut(item, levels - 1));
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, cut(item, levels - 1)]));
  };
  const payload = cut(whole, MAX_DEPTH);
  if (JSON.stringify(payload).length > MAX_CHARACTERS) return { payload: null, payload_note: TOO_LARGE };
  return { payload, payload_note: isCut ? TOO_DEEP : null };
}
