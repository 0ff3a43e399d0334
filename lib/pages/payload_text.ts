/** A page shows so much of a payload; in JSON it is whole. In characters, of which HTML makes up to six each. */
const MAX_SHOWN = 100_000;

/** A payload as text to read: indented, unless it is so large that only its beginning is shown. */
export function payloadText(payload: unknown): { text: string; isWhole: boolean } {
  const compact = JSON.stringify(payload);
  const text = compact.length > MAX_SHOWN ? compact : JSON.stringify(payload, undefined, 2);
  return { text: text.slice(0, MAX_SHOWN), isWhole: text.length <= MAX_SHOWN };
}
