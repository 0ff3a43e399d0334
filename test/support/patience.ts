/**
 * How long a test waits for what comes by itself, in ms: minutes where a quiet machine needs seconds, because nothing may
 * fail for being slow. What can be seen to live or to have ended is waited for without a limit.
 */
export const PATIENCE_MS = 120_000;
