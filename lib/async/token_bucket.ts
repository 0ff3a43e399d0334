import { now } from "../clock.ts";

/**
 * What fits nothing that a warm Lambda remembers may ask for one reload in so many ms. A few in a row are let through
 * first: what was refused just before a change must not keep the change waiting.
 */
const COOLDOWN_MS = 5_000;
const RELOADS_IN_A_ROW = 3;

/** How often something may be asked of the table that strangers can bring about, so that they cannot hammer it. */
export class TokenBucket {
  #left = RELOADS_IN_A_ROW;
  #at = now().getTime();

  /** Takes one; false where it is too early for another. */
  take(): boolean {
    this.#earn();
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  #earn(): void {
    const ms = now().getTime();
    // A clock that was set back takes nothing away.
    const earned = Math.max(Math.floor((ms - this.#at) / COOLDOWN_MS), 0);
    const isFull = this.#left + earned >= RELOADS_IN_A_ROW;
    this.#left = isFull ? RELOADS_IN_A_ROW : this.#left + earned;
    this.#at = isFull ? ms : this.#at + earned * COOLDOWN_MS;
  }
}
