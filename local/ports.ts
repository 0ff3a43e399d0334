import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { UserError } from "../cli/user_error.ts";

const POLL_MS = 50;
/** What stopped a moment ago may still hold its port, in ms. */
const PATIENCE_MS = 5_000;
/** How far from a taken port another one is proposed. */
const STEP = 1_000;

/** A port, and the variable that chooses it: itself, or, where `beyond` says so, by the port that many below. */
type WantedPort = { port: number; variable: string; beyond?: number };

/** @throws {UserError} naming every port where somebody else listens, and goes on doing so. */
export async function assertFree(wanted: WantedPort[]): Promise<void> {
  const free = await Promise.all(wanted.map(({ port }) => becomesFree(port)));
  const taken = wanted.filter((_, index) => !free[index]);
  if (taken.length > 0) throw new UserError(sayTaken(taken));
}

/** All in one sentence, so that who mends one port is not told of the next by the next try. */
function sayTaken(taken: WantedPort[]): string {
  const names = taken.map(
    ({ port, variable, beyond }) => `${port} (${beyond ? `${variable} + ${beyond}` : variable})`,
  );
  const others = new Map(taken.map(({ port, variable, beyond = 0 }) => [variable, port - beyond + STEP]));
  const settings = [...others].map(([variable, port]) => `${variable}=${port}`).join(" ");
  return names.length === 1
    ? `Port ${names[0]} is taken. End what listens there, or choose another port: ${settings} npm start`
    : `Ports ${names.slice(0, -1).join(", ")} and ${names.at(-1)} are taken. End what listens there, or choose other ports: ${settings} npm start`;
}

async function becomesFree(port: number): Promise<boolean> {
  const until = performance.now() + PATIENCE_MS;
  while (!(await isFree(port))) {
    if (performance.now() > until) return false;
    await wait(POLL_MS);
  }
  return true;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
