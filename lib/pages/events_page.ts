import { fromSeconds, iso, now } from "../clock.ts";
import { ValidationError } from "../errors.ts";
import { queryOf } from "../http/input.ts";
import { paginationOf, type Searched } from "../http/pagination.ts";
import type { Request } from "../http/request.ts";
import { fewMarketplaces, ifFew } from "../marketplaces/few_marketplaces.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { marketplaceInPath } from "../marketplaces/marketplace_in_path.ts";
import { EventFilter } from "../stripe_events/event_filter.ts";
import { countOverTime, type EventsOverTime, shownOverTime } from "../stripe_events/events_over_time.ts";
import { listEvents } from "../stripe_events/list_events.ts";
import { causeOf, presentEvent } from "../stripe_events/present_event.ts";
import { EventStatus, type StoredEvent } from "../stripe_events/stored_event.ts";
import {
  eventPath,
  eventsPath,
  marketplaceEditPath,
  marketplaceEventsPath,
  marketplacePath,
  orderPath,
  replaysPath,
  searchPath,
  spacePath,
} from "../urls.ts";
import { Breakable } from "./breakable.ts";
import { duration } from "./duration.ts";
import { CauseField, EventFilterFields, MarketplaceField } from "./event_filter_fields.ts";
import { EVENT_LABELS } from "./event_status.ts";
import { LogChart } from "./events_chart.ts";
import { FilterForm, found, SearchedTo, utcWords } from "./filter.ts";
import type { FormState } from "./form.ts";
import { type ComponentChildren, html, type VNode } from "./html.ts";
import { OrderLink } from "./order_link.ts";
import { Pager } from "./pager.ts";
import type { LazyView, PageContext } from "./route.ts";
import { ShortId } from "./short_id.ts";
import { Status } from "./status.ts";
import { Table } from "./table.ts";
import { Time } from "./time.ts";

/** The event log: of the Marketplace in the path, or of the whole Space; with what it is narrowed to. */
export async function showEvents(visit: PageContext): Promise<LazyView> {
  const { request, access } = visit;
  const { space } = access;
  const only = request.pathParameters?.marketplace ? await marketplaceInPath(visit) : undefined;
  let all: Promise<Marketplace[]> | undefined;
  const marketplaces = () => (all ??= listMarketplaces(space));
  const list = async () => {
    const filter = queryOf(request, EventFilter);
    const of = only ?? (filter.marketplace ? inSpace(await marketplaces(), filter.marketplace) : undefined);
    const whose = { marketplace: of?.marketplace, stripe_account: of?.stripe_account };
    return await listEvents({ space, ...whose, filter, ...paginationOf(request) });
  };
  return {
    page: async () => {
      const { formState, found: events, status } = await found(request, FILTER, list);
      const overTime = await eventsOverTime(space, only, { formState, events, request });
      const log = { formState, events, overTime, request };
      if (only) return { ...PLACE, marketplace: only, status, body: marketplacesEvents(only, log) };
      const few = all ? ifFew(await all) : await fewMarketplaces(space);
      const isNamed = events?.data.some(({ marketplace }) => marketplace);
      // An event knows its Marketplace by the id: where those are many, they are read if there are any to name.
      const known = few ?? (isNamed ? await marketplaces() : []);
      return { ...PLACE, status, body: spacesEvents(space, { few, known }, log) };
    },
    json: async () => {
      const { data, next, searched_to = null } = await list();
      return { data: data.map(presentEvent), next, searched_to };
    },
  };
}

const PLACE = { title: "Events", tab: "events" as const };

const FILTER = ["status", "type", "marketplace", "cause", "from", "to"];

/** What a form was filled in with, and what that found: nothing, where it was wrong. */
type Log = {
  formState: FormState;
  events: Searched<StoredEvent> | undefined;
  overTime: EventsOverTime | undefined;
  request: Request;
};

/**
 * The log's index has the times of all, and nothing else of an event: where a page is narrowed by more than time, or is not the
 * first, its own events are what is known. What fails is listed by cause, not by time; and the script draws nothing.
 */
async function eventsOverTime(
  space: string,
  only: Marketplace | undefined,
  { formState: { values }, events, request }: Omit<Log, "overTime">,
): Promise<EventsOverTime | undefined> {
  if (!events || isByCause(values) || request.headers["x-requested-with"] === "script") return undefined;
  const { from: _from, to: _to, ...others } = values;
  const isFirst = request.queryStringParameters?.next === undefined;
  return !only && isFirst && Object.keys(others).length === 0
    ? await countOverTime(space, queryOf(request, EventFilter))
    : shownOverTime(events.data);
}

/** @throws {ValidationError} where the Space has none of this id */
function inSpace(marketplaces: Marketplace[], id: string): Marketplace {
  const found = marketplaces.find(({ marketplace }) => marketplace === id);
  if (!found) throw new ValidationError({ marketplace: "is none of this Space's" });
  return found;
}

const spacesEvents = (
  space: string,
  { few, known }: { few: Marketplace[] | undefined; known: Marketplace[] },
  log: Log,
): VNode => html`
  <${Events}
    log=${log}
    path=${eventsPath(space)}
    fields=${html`<${MarketplaceField} few=${few} formState=${log.formState} />`}
    known=${known}
    replay=${log.events && (log.events.data.length > 0 || log.events.next !== null) && replayOf(space, log.formState.values)}
  >
    <p>Stripe's events show up here once a Marketplace is <a href=${spacePath(space)}>connected to Stripe</a>. On your own machine, the <code>stripe listen</code> line in a Marketplace's settings brings them.</p>
  <//>
`;

const marketplacesEvents = (marketplace: Marketplace, log: Log): VNode => html`
  <${Events} log=${log} path=${marketplaceEventsPath(marketplace)} known=${[marketplace]} isOfOne>
    <p>
      ${
        marketplace.stripe_account
          ? html`The first one comes with the first checkout. In test mode, a button on the <a href=${marketplacePath(marketplace)}>Overview</a> places a test Order. Until Stripe can reach this address, run the <code>stripe listen</code> line in <a href=${marketplaceEditPath(marketplace)}>Settings</a>.`
          : html`<a href=${marketplaceEditPath(marketplace)}>Connect it to Stripe</a>, and its events arrive automatically.`
      }
    </p>
  <//>
  <p><a href=${eventsPath(marketplace.space)}>All events of the Space</a></p>
`;

/** The filter, and what it found. `children` stand where there is nothing, and nothing was asked for. */
const Events = ({
  log: { formState, events, overTime, request },
  path,
  fields,
  known,
  isOfOne,
  replay,
  children,
}: {
  log: Log;
  path: string;
  /** What else the filter has, where the log is of more than one Marketplace. */
  fields?: VNode;
  known: Marketplace[];
  isOfOne?: boolean;
  /** Where what is shown can be replayed. */
  replay?: string | undefined;
  children: ComponentChildren;
}): VNode => {
  const set = formState.values;
  const isNarrowed = Object.keys(set).length > 0;
  return html`
    <${FilterForm}
      path=${path}
      formState=${formState}
      words=${filterWords(set, known)}
      action=${replay && html`<a class="quiet" href=${replay}>Replay such events…</a>`}
    >
      ${set.cause && (formState.errors.cause ? html`<${CauseField} formState=${formState} />` : html`<input type="hidden" name="cause" value=${set.cause} />`)}
      <${EventFilterFields} formState=${formState} status=${{ any: "Any", options: STATUSES }}>${fields}<//>
    <//>
    ${overTime && html`<${LogChart} overTime=${overTime} />`}
    ${
      events &&
      html`<section id="log" aria-label="Events" data-live=${isLive(set, request) ? iso(now()) : undefined}>
        ${events.data.length > 0 && isByCause(set) && html`<p class="soft">By cause, the longest failing first.</p>`}
        ${
          events.data.length > 0
            ? html`<${Rows} events=${events.data} known=${known} isOfOne=${isOfOne} />`
            : html`<${None} isNarrowed=${isNarrowed} events=${events} request=${request}>${children}<//>`
        }
        <${SearchedTo} to=${events.searched_to} />
        <${Pager} request=${request} path=${path} next=${events.next} keep=${set} />
      </section>`
    }
  `;
};

type FilterSet = Record<string, string>;

const filterWords = (set: FilterSet, known: Marketplace[]): [string, string, string | undefined][] => [
  ["status", "Status", STATUSES.find(([status]) => status === set.status)?.[1]],
  ["type", "Type", undefined],
  ["marketplace", "Marketplace", known.find(({ marketplace }) => marketplace === set.marketplace)?.name],
  ["cause", "Cause", undefined],
  ["from", "From", utcWords(set.from)],
  ["to", "To", utcWords(set.to)],
];

/** Where what is shown is replayed, of a filter; what waits for its first run is none of it. */
function replayOf(space: string, set: FilterSet): string | undefined {
  if (Object.keys(set).length === 0 || set.status === "received") return undefined;
  const isFinished = set.status === "succeeded" || set.status === "ignored";
  return replaysPath(space, { ...set, ...(isFinished && { finished: "true" }) });
}

/** Where new events come on top, and are found without reading what is old: browser/script.ts looks for them. */
const isLive = (set: FilterSet, request: Request): boolean =>
  !isByCause(set) && !set.from && !set.to && request.queryStringParameters?.next === undefined;

/** What fails is listed as its index has it (lib/stripe_events/failing.ts). */
const isByCause = ({ status, cause }: FilterSet): boolean => status === "dead" || cause !== undefined;

const STATUSES = EventStatus.options.map((status) => [status, EVENT_LABELS[status][0]] as const);

/** Some events are looked for among the Space's, so many at a time. */
const None = ({
  isNarrowed,
  events: { next },
  request,
  children,
}: {
  isNarrowed: boolean;
  events: Searched<StoredEvent>;
  request: Request;
  children: ComponentChildren;
}): VNode => {
  if (next !== null)
    return html`<h2>None so far</h2><p>None of the newest events is one of these. Look among the older ones.</p>`;
  if (request.queryStringParameters?.next !== undefined) return html`<h2>No older events</h2>`;
  if (isNarrowed) return html`<h2>No event matches</h2><p>Take away a filter to see more.</p>`;
  return html`<h2>No events yet</h2>${children}`;
};

const Rows = ({
  events,
  known,
  isOfOne = false,
}: {
  events: StoredEvent[];
  known: Marketplace[];
  isOfOne?: boolean | undefined;
}): VNode => {
  const columns = [
    "Event",
    "Order or object",
    ...(isOfOne ? [] : ["Marketplace"]),
    "Status",
    { label: "Runs", amount: true, desk: true } as const,
    { label: "Took", amount: true, desk: true } as const,
    { label: "Time", amount: true } as const,
  ];
  const rows = events.map((event) => {
    const { space, id, type, status, created, runs } = event;
    const marketplace = known.find((each) => each.marketplace === event.marketplace);
    const ms = runs.findLast((run) => run.ms !== undefined)?.ms;
    return [
      html`<a href=${eventPath(space, id)}><${Breakable} text=${type} /></a>`,
      html`<${About} event=${event} marketplace=${marketplace} />`,
      ...(isOfOne
        ? []
        : [
            marketplace
              ? html`<a href=${`?${new URLSearchParams({ marketplace: marketplace.marketplace })}`}>${marketplace.name}</a>`
              : event.marketplace,
          ]),
      html`<${Status} words=${EVENT_LABELS[status]} /> <${Cause} event=${event} />`,
      runs.length,
      ms !== undefined && duration(ms),
      html`<${Time} at=${iso(fromSeconds(created))} />`,
    ];
  });
  return html`<${Table} caption="Events" columns=${columns} rows=${rows} />`;
};

/** The Order that it is of; else what it is about at Stripe, which the search may know. */
function About({
  event: { space, order, object },
  marketplace,
}: {
  event: StoredEvent;
  marketplace: Marketplace | undefined;
}) {
  if (order && marketplace)
    return html`Order <${OrderLink} id=${order} href=${orderPath(marketplace, order)} />`;
  return object && html`<a href=${searchPath(space, object)}><${ShortId} id=${object} /></a>`;
}

const Cause = ({ event }: { event: StoredEvent }) => {
  const cause = causeOf(event);
  return cause && html`<br /><code class="cause">${cause}</code>`;
};
