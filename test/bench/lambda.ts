import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

/** `cpuMs` of the whole process while it ran, `rssMb` when it was over. */
export type Invoked = { answer: unknown; ms: number; cpuMs: number; rssMb: number };

/** A warm Lambda: one event at a time. */
export type Lambda = {
  invoke(event: unknown): Promise<Invoked>;
  stop(): Promise<void>;
};

/** Starts a process that has loaded the function in `module`. */
export async function startLambda(module: string, environment: NodeJS.ProcessEnv): Promise<Lambda> {
  const child = forkQuietly("lambda_process.ts", module, environment);
  await messageOf(child);
  return {
    invoke: async (event) => {
      child.send(event as object);
      const answer = await messageOf<Invoked | { error: string }>(child);
      if ("error" in answer) throw new Error(`${module}: ${answer.error}`);
      return answer;
    },
    stop: () => end(child),
  };
}

/** What a function says on its way is not what is measured; only its errors are shown. */
export const forkQuietly = (file: string, module: string, environment: NodeJS.ProcessEnv): ChildProcess =>
  fork(join(import.meta.dirname, file), [module], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    serialization: "advanced",
  });

/** The next message of a process. @throws where it ends instead. */
export async function messageOf<Message>(child: ChildProcess): Promise<Message> {
  const over = new AbortController();
  try {
    const [message] = await Promise.race([
      once(child, "message", { signal: over.signal }),
      once(child, "exit", { signal: over.signal }).then(() => {
        throw new Error(`${child.spawnargs.at(-1)} ended by itself`);
      }),
    ]);
    return message;
  } finally {
    over.abort();
  }
}

export async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill();
  await ended;
}
