/** Lets work pass, but for while it is shut; shutting waits for what is inside. */
export function aGate() {
  const inside = new Set<Promise<unknown>>();
  let shut: Promise<void> | undefined;

  async function pass<Result>(work: () => Promise<Result>): Promise<Result> {
    while (shut) await shut;
    const working = work();
    inside.add(working);
    try {
      return await working;
    } finally {
      inside.delete(working);
    }
  }

  async function shutWhile(work: () => Promise<void>): Promise<void> {
    while (shut) await shut;
    const { promise, resolve } = Promise.withResolvers<void>();
    shut = promise;
    await Promise.allSettled(inside);
    try {
      await work();
    } finally {
      shut = undefined;
      resolve();
    }
  }

  return { pass, shutWhile };
}
