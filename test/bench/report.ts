import type { Attack } from "./attack.ts";
import { type Cost, unitsOf } from "./cost.ts";
import type { Finding } from "./finding.ts";
import type { EventsGrowth, Grown, MarketplacesGrowth } from "./growth.ts";
import type { Isolation } from "./isolation.ts";
import type { MoneyCost } from "./money_cost.ts";
import type { MoneyPace, MoneyPaces } from "./money_pace.ts";
import type { OfflinePace } from "./offline.ts";
import type { PageTime } from "./pages.ts";
import type { Summary } from "./summary.ts";
import { figure, table, times } from "./table.ts";
import { ratio, type WarmResult } from "./warm.ts";

export function warm(results: readonly WarmResult[]): string {
  const rows = results.flatMap(({ kb, atOnce, paces }) => {
    const { floor, textbook } = paces;
    return Object.entries(paces).map(([name, pace]) => [
      `${name}, ${kb} KB, ${atOnce} at once`,
      times(ratio(pace, floor, "p50")),
      times(ratio(pace, floor, "cpuMs")),
      times(ratio(pace, textbook, "eventsPerS")),
      figure(pace.p50),
      figure(pace.p99),
      figure(pace.eventsPerS),
      figure(pace.cpuMs),
      figure(pace.rssMb),
    ]);
  });
  const head = [
    "p50 to floor",
    "CPU to floor",
    "events/s to textbook",
    "p50 ms",
    "p99 ms",
    "events/s",
    "CPU ms",
    "MB",
  ];
  return `${table(["warm", ...head], rows)}\n${PEERS}`;
}

/** Which published peers there are, and why none of them is in the table. */
const PEERS = `No published package receives Stripe's events on Lambda and DynamoDB: what the registry has verifies a signature
(stripe itself, which the textbook uses), or belongs to a framework with a server and a database of its own, such as
@supabase/stripe-sync-engine (PostgreSQL), @golevelup/nestjs-stripe (NestJS), @better-auth/stripe.`;

export function cold(imports: Record<string, number>): string {
  const bare = imports["bare client"] ?? Number.NaN;
  const rows = Object.entries(imports)
    .toSorted(([, one], [, other]) => one - other)
    .map(([name, ms]) => [name, times(ms / bare), figure(ms)]);
  return table(["import of", "to bare client", "ms"], rows);
}

export function cost(costs: readonly Cost[]): string {
  const rows = costs.flatMap(({ what, bodyBytes, itemBytes: [before, after], receive, dispatch }) =>
    (
      [
        ["receive", receive, before],
        ["dispatch, finish", dispatch, after],
      ] as const
    ).map(([name, step, bytes]) => [
      `${name} (${what}, ${bodyBytes} bytes)`,
      String(unitsOf(step)),
      `${step.writes.events} + ${step.writes.due} + ${step.writes.log}`,
      String(step.byRule),
      String(step.writes.others),
      String(step.reads),
      String(step.roundTrips),
      String(bytes),
    ]),
  );
  const head = [
    "write units",
    "item + due + log",
    "by AWS's rules",
    "Orders'",
    "read units",
    "round trips",
    "item bytes",
  ];
  return table(["step", ...head], rows);
}

const grown = (title: string, all: readonly Grown[]): string =>
  table(
    [title, "p50 to the smallest", "p50 ms", "p99 ms", "CPU ms", "MB"],
    all.map(({ count, toSmallest, pace: { p50, p99, cpuMs, rssMb } }) => [
      count.toLocaleString("en"),
      times(toSmallest),
      ...[p50, p99, cpuMs, rssMb].map(figure),
    ]),
  );

export function events({ receive, retry }: EventsGrowth): string {
  const rows = retry.map(({ count, none, some }) => [
    count.toLocaleString("en"),
    `${none.readUnits} + ${none.writeUnits}`,
    `${some.readUnits} + ${some.writeUnits}`,
  ]);
  const due = retry[0]?.some.due ?? 0;
  const title = ["a retry run, by stored events", "read + write units, nothing due", `the same, ${due} due`];
  return `${grown("receive, by stored events", receive)}\n\n${table(title, rows)}\n${EMPTY_QUERIES}`;
}

const EMPTY_QUERIES =
  "DynamoDB Local counts a query that finds nothing as 0; AWS counts half a unit, so 8 for the 16 shards.";

export const marketplaces = ({ spaceUrl, ownUrl }: MarketplacesGrowth): string =>
  `${grown("receive, by Marketplaces, by their Spaces' URLs", spaceUrl)}\n\n` +
  `${grown("the same, by their own URLs", ownUrl)}\n${FIRST_EVENT}`;

export const finding = (all: readonly Finding[]): string =>
  table(
    [
      `looking for events, of ${all[0]?.found.map(({ stored }) => stored.toLocaleString("en")).join(" and of ")}`,
      "p50 to the fewest",
      "p50 ms to the first byte",
      "read units",
    ],
    all.map(({ look, found, toFewest }) => [
      look,
      times(toFewest),
      found.map(({ ms }) => figure(ms)).join(" · "),
      found.map(({ readUnits }) => String(readUnits)).join(" · "),
    ]),
  );

const FIRST_EVENT = `By its own URL, a Marketplace's first event in a minute reads its secrets before the write, one read unit: with 100,000 at
random, nearly every event is a first one. (The memory holds 10,000 rows for a minute each; one Lambda, one event at a
time, hardly sees more of them in a minute.)`;

export const isolation = (all: readonly Isolation[]): string =>
  table(
    [
      "ms until a good Space's 10 events are handled",
      "dispatch alone",
      "beside it",
      "batch held",
      "retry alone",
      "beside it",
    ],
    all.map(({ bad, dispatch, retry }) => [
      `beside a Space with: ${bad}`,
      ...[dispatch.alone, dispatch.beside, dispatch.held, retry.alone, retry.beside].map(figure),
    ]),
  );

export const attacks = (all: readonly Attack[]): string =>
  table(
    [
      "refused at full speed, with good events in between",
      "refused/s",
      "refused",
      "reads",
      "writes",
      "good events stored",
      "p50 ms of one, alone",
      "beside it",
    ],
    all.map(({ attack, seconds, refused, reads, writes, good, p50 }) => [
      attack,
      figure(refused / seconds),
      ...[refused, reads, writes].map(String),
      `${good.stored} of ${good.sent}`,
      figure(p50.alone),
      figure(p50.beside),
    ]),
  );

export function money(costs: readonly MoneyCost[]): string {
  const rows = costs.flatMap(({ what, steps }) =>
    steps.map(({ event, gets, posts, writes, reads }) => [
      `${what}: ${event}`,
      `${gets} + ${posts}`,
      String(writes.orders + writes.indexes),
      `${writes.orders} + ${writes.indexes}`,
      String(writes.byRule + writes.indexes),
      String(reads),
    ]),
  );
  const head = [
    "GET + POST at Stripe",
    "Orders' write units",
    "rows + indexes",
    "by AWS's rules",
    "read units",
  ];
  return table(["of an Order's money", ...head], rows);
}

export const moneyPace = ({ paces: { due, atOnce }, runs }: MoneyPaces): string =>
  `${table(
    ["100 Orders, Stripe answers at once", "Orders/s", "CPU ms an Order", "MB"],
    [
      ["due, in one run of the schedule, 24 at a time", ...paceFigures(due)],
      ["100 at a time", ...paceFigures(atOnce)],
    ],
  )}\n\n${table(
    ["a run, by stored Orders", "due", "settled", "read + write units", "ms"],
    runs.map(({ stored, due, settled, reads, writes, ms }) => [
      stored.toLocaleString("en"),
      String(due),
      String(settled),
      `${reads} + ${writes}`,
      figure(ms),
    ]),
  )}`;

const paceFigures = ({ ordersPerS, cpuMs, rssMb }: MoneyPace): string[] =>
  [ordersPerS, cpuMs, rssMb].map(figure);

export const pages = (all: readonly PageTime[]): string =>
  table(
    ["page, ms to the first byte", "warm", "first, with a new process and the import"],
    all.map(({ page, first, warm: ms }) => [page, figure(ms), figure(first)]),
  );

export const offline = (all: readonly OfflinePace[]): string =>
  table(
    ["through serverless-offline, 5 KB", "p50 ms", "p99 ms", "events/s"],
    all.map(({ atOnce, p50, p99, eventsPerS }) => [
      `${atOnce} at once`,
      figure(p50),
      figure(p99),
      figure(eventsPerS),
    ]),
  );

export function summary({ warm: w, cold: c, cost: units, growth, money: m }: Summary): string {
  const of = (value: number | null, unit = " ×"): string =>
    value === null ? "not measured" : `${value}${unit}`;
  return table(
    ["in short, 5 KB", "is", "to reach"],
    [
      ["round trips before the 200, warm", of(w.round_trips, ""), "1"],
      ["p50 to the floor", of(w.p50_to_floor), "≤ 1.10 ×"],
      ["CPU an event to the floor", of(w.cpu_to_floor), "≤ 1.3 ×"],
      ["events/s to the textbook, 1 at once", of(w.events_per_s_to_textbook["1"]), "≥ 2 ×"],
      ["events/s to the textbook, 16 at once", of(w.events_per_s_to_textbook["16"]), "≥ 2 ×"],
      ["import to a bare DynamoDB client", of(c.import_to_bare_client), "≤ 1.25 ×"],
      ["write units of a whole event", of(units.write_units_5kb, ""), "≤ 6"],
      ["read units of a whole event, warm", of(units.read_units_5kb, ""), "0"],
      ["requests at Stripe of a plain sale", of(m.requests_of_sale, ""), "3"],
      ["Orders' write units of a plain sale", of(m.write_units_of_sale, ""), "≤ 24"],
      ["p50 at 100,000 Marketplaces to 10", of(growth.p50_100k_to_10_marketplaces), "flat"],
      ["the same, first event of each", of(growth.p50_100k_to_10_marketplaces_first_event_of_each), ""],
      ["p50 at 1,000,000 stored events to 0", of(growth.p50_1m_to_0_events), "flat"],
      ["the log's first byte, at 1,000,000 events to 1,000", of(growth.log_1m_to_1k_events), "flat"],
      ["an event by its id, the same", of(growth.search_1m_to_1k_events), "flat"],
    ],
  );
}
