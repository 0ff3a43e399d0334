import type { Scope } from "../core/objects.ts";
import type { Store } from "./store.ts";

/** What the parts of the simulator share. */
export interface Simulator {
  store: Store;
  /** The one origin of API, pages and socket, such as `http://127.0.0.1:12111`. */
  origin: string;
  /** The ids of the `stripe listen` processes that hear a scope's events now. */
  listeners(scope: Scope): string[];
  /** There may be something to deliver or to do: look soon, after the running transaction. */
  wake(): void;
}
