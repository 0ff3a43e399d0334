/** `whsec_abc…4242` for people: which one it is, and nothing that opens anything. */
export function mask(secret: string): string {
  const prefix = /^(?:[a-z]+_)+(?:test_|live_)?/.exec(secret)?.[0] ?? "";
  return `${prefix}…${secret.slice(-4)}`;
}
