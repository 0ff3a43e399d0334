import type { Attack } from "./attack.ts";
import { type Cost, unitsOf } from "./cost.ts";
import type { Finding } from "./finding.ts";
import type { EventsGrowth, MarketplacesGrowth } from "./growth.ts";
import type { Isolation } from "./isolation.ts";
import type { MoneyCost } from "./money_cost.ts";
import type { MoneyPaces } from "./money_pace.ts";
import type { OfflinePace } from "./offline.ts";
import type { PageTime } from "./pages.ts";
import { ratio, type WarmResult } from "./warm.ts";

/** What the sections came to, as far as there was time for them. */
export type Results = {
  warm?: WarmResult[];
  cost?: Cost[];
  /** Import times in ms, by name. */
  cold?: Record<string, number>;
  events?: EventsGrowth;
  marketplaces?: MarketplacesGrowth;
  finding?: Finding[];
  isolation?: Isolation[];
  attacks?: Attack[];
  money?: MoneyCost[];
  moneyPace?: MoneyPaces;
  pages?: PageTime[];
  offline?: OfflinePace[];
};

export type Summary = ReturnType<typeof summaryOf>;

/** The figures that there are targets for; null where there was no time for one. */
export function summaryOf({
  warm = [],
  cost = [],
  cold = {},
  events,
  marketplaces,
  finding,
  money,
}: Results) {
  const paces = (atOnce: number) =>
    warm.find((result) => result.kb === 5 && result.atOnce === atOnce)?.paces ?? {};
  const [one, sixteen] = [paces(1), paces(16)];
  const bare = cold["bare client"];
  const [sale] = money?.[0]?.steps ?? [];
  const most = (figure: (cost: Cost) => number): number => Math.max(...cost.map(figure));
  return {
    warm: {
      round_trips: known(most(({ receive }) => receive.roundTrips)),
      p50_to_floor: known(ratio(one.us, one.floor, "p50")),
      cpu_to_floor: known(ratio(one.us, one.floor, "cpuMs")),
      events_per_s_to_textbook: {
        "1": known(ratio(one.us, one.textbook, "eventsPerS")),
        "16": known(ratio(sixteen.us, sixteen.textbook, "eventsPerS")),
      },
    },
    money: {
      requests_of_sale: known((sale?.gets ?? Number.NaN) + (sale?.posts ?? Number.NaN)),
      write_units_of_sale: known((sale?.writes.byRule ?? Number.NaN) + (sale?.writes.indexes ?? Number.NaN)),
    },
    cold: { import_to_bare_client: known((cold.receiveStripeEvent ?? Number.NaN) / (bare ?? Number.NaN)) },
    cost: {
      write_units_5kb: known(most(({ receive, dispatch }) => unitsOf(receive) + unitsOf(dispatch))),
      // The handler's own reads are not of the way of the event: a type without a handler shows what is.
      read_units_5kb: known((cost[0]?.receive.reads ?? Number.NaN) + (cost[0]?.dispatch.reads ?? Number.NaN)),
    },
    growth: {
      p50_100k_to_10_marketplaces: known(marketplaces?.spaceUrl.at(-1)?.toSmallest),
      p50_100k_to_10_marketplaces_first_event_of_each: known(marketplaces?.ownUrl.at(-1)?.toSmallest),
      p50_1m_to_0_events: known(events?.receive.at(-1)?.toSmallest),
      log_1m_to_1k_events: known(finding?.at(0)?.toFewest),
      search_1m_to_1k_events: known(finding?.at(-1)?.toFewest),
    },
  };
}

const known = (figure: number | undefined): number | null =>
  figure !== undefined && Number.isFinite(figure) ? Math.round(figure * 1_000) / 1_000 : null;
