import type { Scope } from "../core/objects.ts";
import type { Store } from "./store.ts";

/** What all parts of the simulator share. */
export interface Simulator {
  store: Store;
  /** The one origin of API, pages and socket, such as `http://127.0.0.1:12111`. */
  origin: string;
  /** The ids of the `stripe listen` processes that currently receive a scope's events. */
  listeners(scope: Scope): string[];
  /** Tells whoever runs `stripe logs tail`. */
  tail(request: FinishedRequest): void;
  /** Runs due jobs and deliveries soon, after the current transaction. */
  wake(): void;
  /** Runs due jobs now. Not inside a transaction: each has its own. */
  runDueJobs(): void;
}

/** An API request, and what was answered. */
export interface FinishedRequest extends Scope {
  /** `req_…` */
  id: string;
  /** Whether it acted for a connected account, by `Stripe-Account`; `account` is the one whose key it came with. */
  connect: boolean;
  method: string;
  path: string;
  status: number;
  /** What was answered, JSON. */
  body: string;
  /** In s since the epoch. */
  created: number;
}
