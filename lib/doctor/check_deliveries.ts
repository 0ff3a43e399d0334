import { toMinute } from "../clock.ts";
import { marketplaceRow, SPACE_ROW } from "../dynamodb/keys.ts";
import type { MarketplaceRef } from "../ids.ts";
import { readRefusals } from "../stripe_events/read_refusals.ts";
import { REFUSAL_REASONS, type RefusalReason, type Refusals } from "../stripe_events/refused_deliveries.ts";
import { parseVerifiedWith, type StoredEvent } from "../stripe_events/stored_event.ts";
import { forwardUrl, spaceForwardUrl } from "../urls.ts";
import type { Result } from "./finding.ts";

/** By which URL an event came, and when. */
type Received = Pick<StoredEvent, "verified_with" | "also_verified_with" | "received_at">;

/** Each with what there is to do. Of the first two Stripe's own are lost; the others anybody may have sent. */
const REASONS: Record<RefusalReason, { state: Result["state"]; words: string; toDo: string }> = {
  wrong_secret: {
    state: "bad",
    words: "Wrong secret",
    toDo: "What posts there has a signing secret that is not saved here: a member can copy it, at Stripe or from the CLI, and add it. Stripe sends again for three days.",
  },
  not_an_event: {
    state: "bad",
    words: "Signed right, and no event",
    toDo: "Something else than Stripe's events is sent there: see at Stripe which endpoints post there.",
  },
  stale: {
    state: "unknown",
    words: "Signed more than five minutes from when it came",
    toDo: "Stripe signs each try anew, so something on its way keeps what it sends, or somebody sends it again.",
  },
  unsigned: {
    state: "unknown",
    words: "Not signed",
    toDo: "That was not Stripe, or something on its way takes the signature off.",
  },
  too_large: {
    state: "unknown",
    words: "Larger than 1 MB",
    toDo: "That was not Stripe, whose events are far smaller.",
  },
};

/** What came to the Marketplace's own URL and was refused: of an endpoint whose secret nobody saved, nothing else tells. */
export const checkMarketplaceDeliveries = (ref: MarketplaceRef, events: Received[]): Promise<Result> =>
  checkDeliveries({
    space: ref.space,
    row: marketplaceRow(ref),
    url: forwardUrl(ref),
    verifiedAt: lastVerifiedAt(events, ref.marketplace),
  });

/** The same at the Space's URL. */
export const checkSpaceDeliveries = (space: string, events: Received[]): Promise<Result> =>
  checkDeliveries({
    space,
    row: SPACE_ROW,
    url: spaceForwardUrl(space),
    verifiedAt: lastVerifiedAt(events, undefined),
  });

type Place = {
  space: string;
  row: string;
  url: string;
  /** ISO 8601; empty where nothing was. */
  verifiedAt: string;
};

async function checkDeliveries({ space, row, url, verifiedAt }: Place): Promise<Result> {
  const refusals = await readRefusals(space, row);
  const lastAt = latest(refusals.map(({ last_at }) => last_at));
  if (lastAt === "") return { state: "good", message: `Nothing was refused lately at ${url}.` };
  if (verifiedAt > lastAt)
    return {
      state: "good",
      message: `Nothing since ${toMinute(lastAt)}; an event was verified there after that.`,
    };
  const after = refusals.filter(({ last_at }) => last_at >= verifiedAt);
  const reasons = REFUSAL_REASONS.filter((each) => after.some(({ reason }) => reason === each));
  const counts = reasons.map(
    (each) => `${REASONS[each].words} ${howOften(after.filter(({ reason }) => reason === each))}.`,
  );
  const [gravest = "wrong_secret"] = reasons;
  const { state, toDo } = REASONS[gravest];
  return { state, message: `${counts.join(" ")} ${toDo}` };
}

/** When an event that was stored was last verified at the Marketplace's URL, or, without one, at the Space's. */
const lastVerifiedAt = (events: Received[], marketplace: string | undefined): string =>
  latest(
    events
      .filter(({ verified_with, also_verified_with }) =>
        [verified_with, also_verified_with].some(
          (by) => by !== undefined && parseVerifiedWith(by).marketplace === marketplace,
        ),
      )
      .map(({ received_at }) => received_at),
  );

/** Of times in ISO 8601; empty where there are none. */
const latest = (times: string[]): string => times.toSorted().at(-1) ?? "";

/** Of one reason, the oldest hour first. */
function howOften(hours: Refusals[]): string {
  const times = hours.reduce((sum, hour) => sum + hour.times, 0);
  const first = hours[0]?.first_at ?? "";
  const last = latest(hours.map(({ last_at }) => last_at));
  if (times === 1) return `at ${toMinute(first)}, once`;
  const isSameDay = first.slice(0, 10) === last.slice(0, 10);
  return `since ${toMinute(first)}, ${times} times; the last at ${isSameDay ? last.slice(11, 16) : toMinute(last)}`;
}
