/** Lets at most `max` pieces of work run at the same time; what comes later waits, and the longest waiting goes first. */
export function limitConcurrency(max: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running < max) running += 1;
    else await new Promise<void>((go) => waiting.push(go));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // Whoever waited takes over the place.
      if (next) next();
      else running -= 1;
    }
  };
}
