import { now } from "../clock.ts";
import type { StoredEvent } from "../stripe_events/stored_event.ts";
import type { Result } from "./finding.ts";

/** How long ago something of the Marketplace's was heard. Silence may be no trouble: perhaps nobody bought. */
export async function checkLastEvent(last: StoredEvent | undefined): Promise<Result> {
  if (!last) return { state: "unknown", message: "None came lately. One comes when somebody buys." };
  return { state: "good", message: `${last.type}, ${ago(now().getTime() - Date.parse(last.received_at))}.` };
}

const MINUTE_MS = 60_000;

function ago(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / MINUTE_MS));
  if (minutes < 1) return "less than a minute ago";
  if (minutes < 120) return `${minutes} min ago`;
  return minutes < 48 * 60
    ? `${Math.floor(minutes / 60)} h ago`
    : `${Math.floor(minutes / 60 / 24)} days ago`;
}
