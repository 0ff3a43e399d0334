import type { EventsByHour } from "../stripe_events/events_by_hour.ts";
import type { EventsOverTime } from "../stripe_events/events_over_time.ts";
import { eventsPath, failuresPath } from "../urls.ts";
import { counted } from "./attention_lines.ts";
import { html, type VNode } from "./html.ts";
import { Table } from "./table.ts";
import { Time } from "./time.ts";

/** Of the drawing, in its own units. */
const [WIDTH, HEIGHT] = [720, 80];

/** How many events an hour there were in a day, and how many of them fail: as bars, and as a table for who does not see them. */
export const EventsChart = ({ space, byHour }: { space: string; byHour: EventsByHour }): VNode => {
  const { hours, since, knowsFailing } = byHour;
  const most = Math.max(...hours.map(({ events }) => events));
  const failing = hours.reduce((all, hour) => all + hour.failing, 0);
  return html`
    <section aria-labelledby="events" class="chart">
      <h2 id="events">Events in the last 24 hours</h2>
      ${
        most === 0
          ? html`<p class="soft">None.</p>`
          : html`<${Bars} bars=${hours} most=${most} labelOf=${timeOfDay} />
            <p class="soft">
              Up to ${most} an hour, hours in UTC${failing > 0 && html`; <a class="bad" href=${failuresPath(space)}>${knowsFailing ? "" : "at least "}${failing} failing</a>, in red`}.
              ${since && html` Only the newest are counted, from <${Time} at=${since} /> on.`}
            </p>
            <div class="unseen">
              <${Table} caption="Events an hour" columns=${["Hour", "Events", "Failing"]}
                rows=${hours.filter(({ events }) => events > 0).map((hour) => [html`<${Time} at=${hour.from} />`, hour.events, hour.failing])} />
            </div>`
      }
      <p><a href=${eventsPath(space)}>All events</a></p>
    </section>
  `;
};

/** An hour with a single event is seen, too. */
const heightOf = (events: number, most: number): number =>
  events === 0 ? 0 : Math.max(3, Math.round((events / most) * HEIGHT));

/** So many bars have a time below, at most; and a bar among few is no wider than one of 24. */
const LABELS = 6;
const MAX_WIDTH = WIDTH / 24;

const Bars = ({
  bars,
  most,
  labelOf,
}: {
  bars: EventsOverTime["bars"];
  most: number;
  labelOf: (from: string) => string;
}): VNode => {
  const width = WIDTH / bars.length;
  const own = Math.min(width, MAX_WIDTH) * 0.8;
  const each = Math.ceil(bars.length / LABELS);
  /** All bars are one path: a rectangle for each would be three times as many bytes. */
  const drawn = (what: "events" | "failing"): string =>
    bars
      .map((bar, index) => [Math.round((index + 0.5) * width - own / 2), heightOf(bar[what], most)] as const)
      .filter(([, height]) => height > 0)
      .map(([x, height]) => `M${x} ${HEIGHT}v-${height}h${Math.round(own)}v${height}z`)
      .join("");
  return html`
    <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT + 26}`} aria-hidden="true">
      <path d=${drawn("events")} />
      <path class="bad" d=${drawn("failing")} />
      ${bars.map(
        ({ from }, index) =>
          index % each === Math.floor(each / 2) &&
          html`<text x=${Math.round((index + 0.5) * width)} y=${HEIGHT + 20} text-anchor="middle">${labelOf(from)}</text>`,
      )}
      <path class="axis" d=${`M0 ${HEIGHT + 0.5}H${WIDTH}`} />
    </svg>
  `;
};

const timeOfDay = (from: string): string => from.slice("2026-11-23T".length, "2026-11-23T14:00".length);
const minuteOf = (from: string): string => from.slice(0, "2026-11-23T14:00".length).replace("T", " ");
const day = (from: string): string => from.slice("2026-".length, "2026-11-23".length);

const DAY_S = 86_400;
const UNITS: [name: string, s: number][] = [
  ["day", DAY_S],
  ["hour", 3_600],
  ["minute", 60],
];

/** `by hour`, `in 15-minute intervals`. */
function intervalWords(bar_s: number): string {
  const [name, s] = UNITS.find(([, each]) => bar_s >= each) ?? ["second", 1];
  const count = Math.round(bar_s / s);
  return count === 1 ? `by ${name}` : `in ${count}-${name} intervals`;
}

/** When the events of the log happened, and how many fail: of all that was searched, as far as they are counted, or of those shown. */
export function LogChart({
  overTime: { bars, bar_s, of, knowsFailing },
}: {
  overTime: EventsOverTime;
}): VNode | null {
  const sum = (what: "events" | "failing") => bars.reduce((all, bar) => all + bar[what], 0);
  const [events, failing] = [sum("events"), sum("failing")];
  if (bars.length < 2) return null;
  const most = Math.max(...bars.map((bar) => bar.events));
  const which = {
    all: counted(events, "event"),
    newest: `The newest ${events} events, no more are counted`,
    shown: `The ${counted(events, "event")} of this page`,
  }[of];
  const labelOf = bar_s < DAY_S ? timeOfDay : day;
  return html`
    <section class="chart" aria-label="Events over time">
      <${Bars} bars=${bars} most=${most} labelOf=${labelOf} />
      <p class="soft">
        ${which}, ${intervalWords(bar_s)} (UTC)${failing > 0 && html`; <span class="bad">${knowsFailing ? "" : "at least "}${failing} failing</span>, in red`}.
      </p>
      <div class="unseen">
        <table>
          <caption>Events ${intervalWords(bar_s)}</caption>
          <thead><tr><th scope="col">From</th><th scope="col">Events</th><th scope="col">Failing</th></tr></thead>
          <tbody>
            ${bars
              .filter((bar) => bar.events > 0)
              .map(
                (bar) =>
                  html`<tr><th scope="row">${minuteOf(bar.from)}</th><td>${bar.events}</td><td>${bar.failing}</td></tr>`,
              )}
          </tbody>
        </table>
      </div>
    </section>
  `;
}
