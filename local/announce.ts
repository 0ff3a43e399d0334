/** Says what is being started, and when each of it is ready. */
export function announcing(parts: readonly string[]): <T>(part: string, starting: Promise<T>) => Promise<T> {
  const waitingFor = new Set(parts);
  const began = performance.now();
  console.log(`Starting ${list(waitingFor)}.`);
  return async function announce(part, starting) {
    const result = await starting;
    waitingFor.delete(part);
    const rest = waitingFor.size > 0 ? ` Waiting for ${list(waitingFor)}.` : "";
    console.log(`  ${seconds(performance.now() - began)} ${part}: ready.${rest}`);
    return result;
  };
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1).padStart(4)} s`;

const list = (parts: Set<string>): string => new Intl.ListFormat("en").format(parts);
