/** Numbers from 0 to below 1 that are the same for the same seed (mulberry32, a public-domain generator). */
export function numbersFrom(seed: number) {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const upTo = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    /** From `from` to `to`, both among them. */
    upTo,
    shuffled<Item>(items: readonly Item[]): Item[] {
      const all = [...items];
      for (let last = all.length - 1; last > 0; last--) {
        const other = upTo(0, last);
        [all[last], all[other]] = [all[other] as Item, all[last] as Item];
      }
      return all;
    },
  };
}

export type Numbers = ReturnType<typeof numbersFrom>;
