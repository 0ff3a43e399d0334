import * as v from "valibot";
import type { Simulator } from "./simulator.ts";

/** Work that is due later, kept in the store so that it survives a restart. */
export type Jobs = Record<string, (simulator: Simulator, object: string) => void>;

export function addJob({ store }: Simulator, kind: string, object: string, dueAtMs: number): void {
  store.run("INSERT INTO jobs (kind, object, due_at_ms) VALUES (?, ?, ?)", kind, object, dueAtMs);
}

const Job = v.object({ id: v.number(), kind: v.string(), object: v.string() });

export function runDueJobs(simulator: Simulator, jobs: Jobs): void {
  const due = simulator.store.all(
    "SELECT id, kind, object FROM jobs WHERE due_at_ms <= ? ORDER BY due_at_ms",
    Date.now(),
  );
  for (const { id, kind, object } of due.map((row) => v.parse(Job, row)))
    simulator.store.transaction(() => {
      simulator.store.run("DELETE FROM jobs WHERE id = ?", id);
      jobs[kind]?.(simulator, object);
    });
}

export function nextJobMs({ store }: Simulator): number | undefined {
  const row = store.first("SELECT min(due_at_ms) AS due FROM jobs");
  return row?.due === null ? undefined : Number(row?.due);
}
