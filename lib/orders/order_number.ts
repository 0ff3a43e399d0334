/**
 * What people call an Order by, `7K3F-92QD`: the last eight characters of its id, which are random (the ULID specification)
 * and have no I, L, O or U to be misread. It is no key: that any two of a million
 * Orders share one is as likely as one in three.
 */
export const orderNumber = (id: string): string => `${id.slice(-8, -4)}-${id.slice(-4)}`;

/** The number in what somebody typed, however they heard it: `7k3f 92qd`, `Order 7K3F-92QD`, or all of the id. Undefined where there is none. */
export function parseOrderNumber(text: string): string | undefined {
  const typed = text.toUpperCase().replace(/^\s*ORDER\b|[\s-]/g, "");
  // Crockford's Base32: what is misread is read as what it was.
  const id = typed.replaceAll("O", "0").replaceAll(/[IL]/g, "1");
  return /^(?:[0-9A-HJKMNP-TV-Z]{8}|[0-7][0-9A-HJKMNP-TV-Z]{25})$/.test(id) ? orderNumber(id) : undefined;
}
