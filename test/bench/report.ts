import { type Cost, unitsOf } from "./cost.ts";
import { figure, table, times } from "./table.ts";
import { ratio, type WarmResult } from "./warm.ts";

export function warmReport(results: readonly WarmResult[]): string {
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
  return table(
    ["warm", "p50 to floor", "CPU to floor", "p50 ms", "p99 ms", "events/s", "CPU ms", "MB"],
    rows,
  );
}

export function coldReport(imports: ReadonlyMap<string, number>): string {
  const bare = imports.get("bare client") ?? Number.NaN;
  const rows = [...imports]
    .toSorted(([, one], [, other]) => one - other)
    .map(([name, ms]) => [name, times(ms / bare), figure(ms)]);
  return table(["import of", "to bare client", "ms"], rows);
}

export function costReport(costs: readonly Cost[]): string {
  const rows = costs.flatMap(({ what, bodyBytes, itemBytes: [before, after], receive, dispatch }) =>
    (
      [
        ["receive", receive, before],
        ["dispatch and finish", dispatch, after],
      ] as const
    ).map(([name, step, bytes]) => [
      `${name} (${what}, ${bodyBytes} bytes)`,
      String(bytes),
      String(step.roundTrips),
      String(unitsOf(step)),
      `${step.writes.events} + ${step.writes.due} + ${step.writes.log}`,
      String(step.byRule),
      String(step.writes.others),
      String(step.reads),
    ]),
  );
  return table(
    [
      "step",
      "item bytes",
      "round trips",
      "write units",
      "item + due + log",
      "by AWS's rules",
      "Orders' own",
      "read units",
    ],
    rows,
  );
}
