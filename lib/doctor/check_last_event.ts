import { toMinute } from "../clock.ts";
import type { StoredEvent } from "../stripe_events/stored_event.ts";
import type { Result } from "./finding.ts";

/** When something of the Marketplace's was last heard. Silence may be no trouble: perhaps nobody bought. */
export async function checkLastEvent(last: StoredEvent | undefined): Promise<Result> {
  if (!last) return { state: "unknown", message: "None came lately. One comes when somebody buys." };
  return { state: "good", message: `${last.type}, ${toMinute(last.received_at)}.` };
}
