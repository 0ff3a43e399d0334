const POLL_MS = 250;

/**
 * Settles when the process that started this one has ended. No system tells a child of that, other than by giving it
 * another parent.
 */
export async function parentGone(): Promise<void> {
  const parent = process.ppid;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(timer);
      resolve();
    }, POLL_MS).unref();
  });
}
