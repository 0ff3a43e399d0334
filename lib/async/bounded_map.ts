/** Keeps `value` in a map of at most `max` entries. Maps keep the order of insertion: when one is full, its oldest entry goes. */
export function setBounded<Value>(map: Map<string, Value>, key: string, value: Value, max: number): void {
  const [oldest] = map.keys();
  if (map.size >= max && oldest !== undefined && !map.has(key)) map.delete(oldest);
  map.set(key, value);
}
