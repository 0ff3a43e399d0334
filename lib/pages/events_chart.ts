import type { EventsByHour } from "../stripe_events/events_by_hour.ts";
import { eventsPath } from "../urls.ts";
import { html, type VNode } from "./html.ts";
import { Table } from "./table.ts";
import { Time } from "./time.ts";

/** Of the drawing, in its own units. */
const [WIDTH, HEIGHT, BAR] = [720, 80, 30];

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
          : html`<${Bars} hours=${hours} most=${most} />
            <p class="soft">
              Up to ${most} an hour, hours in UTC${failing > 0 && html`; <span class="bad">${knowsFailing ? "" : "at least "}${failing} failing</span>, in red`}.
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

const Bars = ({ hours, most }: { hours: EventsByHour["hours"]; most: number }): VNode => html`
  <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT + 26}`} aria-hidden="true">
    ${hours.map(({ from, events, failing }, index) => {
      const [all, bad] = [heightOf(events, most), heightOf(failing, most)];
      return html`
        ${all > 0 && html`<rect x=${index * BAR + 3} y=${HEIGHT - all} width=${BAR - 6} height=${all} />`}
        ${bad > 0 && html`<rect class="bad" x=${index * BAR + 3} y=${HEIGHT - bad} width=${BAR - 6} height=${bad} />`}
        ${index % 4 === 1 && html`<text x=${index * BAR + BAR / 2} y=${HEIGHT + 20} text-anchor="middle">${from.slice("2026-11-23T".length, "2026-11-23T14:00".length)}</text>`}
      `;
    })}
    <path d=${`M0 ${HEIGHT + 0.5}H${WIDTH}`} />
  </svg>
`;
