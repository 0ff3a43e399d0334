import { fromSeconds, iso } from "../clock.ts";
import { ValidationError } from "../errors.ts";
import { queryOf } from "../http/input.ts";
import { paginationOf, type Searched } from "../http/pagination.ts";
import type { Request } from "../http/request.ts";
import { fewMarketplaces } from "../marketplaces/few_marketplaces.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { marketplaceInPath } from "../marketplaces/marketplace_in_path.ts";
import { EventFilter } from "../stripe_events/event_filter.ts";
import { listEvents } from "../stripe_events/list_events.ts";
import { causeOf, presentEvent } from "../stripe_events/present_event.ts";
import { EventStatus, type StoredEvent } from "../stripe_events/stored_event.ts";
import {
  eventPath,
  eventsPath,
  failuresPath,
  marketplaceEditPath,
  marketplaceEventsPath,
  replaysPath,
  spacePath,
} from "../urls.ts";
import { EventFilterFields, MarketplaceField } from "./event_filter_fields.ts";
import { EVENT_LABELS } from "./event_status.ts";
import { found, SearchedTo } from "./filter.ts";
import type { FormState } from "./form.ts";
import { type ComponentChildren, html, type VNode } from "./html.ts";
import { Pager } from "./pager.ts";
import type { LazyView, PageContext } from "./route.ts";
import { Status } from "./status.ts";
import { Time } from "./time.ts";

/** The event log: of the Marketplace in the path, or of the whole Space; with what it is narrowed to. */
export async function showEvents(visit: PageContext): Promise<LazyView> {
  const { request, access } = visit;
  const { space } = access;
  const only = request.pathParameters?.marketplace ? await marketplaceInPath(visit) : undefined;
  const list = async () => {
    const filter = queryOf(request, EventFilter);
    const of = only ?? (await inSpace(space, filter.marketplace));
    const whose = { marketplace: of?.marketplace, stripe_account: of?.stripe_account };
    return await listEvents({ space, ...whose, filter, ...paginationOf(request) });
  };
  return {
    page: async () => {
      const { formState, found: events, status } = await found(request, FILTER, list);
      const log = { formState, events, request };
      const about = { title: "Events", marketplace: only, tab: "events", status } as const;
      if (only) return { ...about, body: marketplacesEvents(only, log) };
      const few = await fewMarketplaces(space);
      const names = namesOf(few ?? (await manyFor(space, events)));
      return { ...about, body: spacesEvents(space, { few, names }, log) };
    },
    json: async () => {
      const { data, next, searched_to = null } = await list();
      return { data: data.map(presentEvent), next, searched_to };
    },
  };
}

const FILTER = ["status", "type", "marketplace", "cause", "from", "to"];

/** What a form was filled in with, and what that found: nothing, where it was wrong. */
type Log = { formState: FormState; events: Searched<StoredEvent> | undefined; request: Request };

/** @throws {ValidationError} where the Space has none of this id */
async function inSpace(space: string, marketplace: string | undefined): Promise<Marketplace | undefined> {
  if (marketplace === undefined) return undefined;
  const found = (await listMarketplaces(space)).find((each) => each.marketplace === marketplace);
  if (!found) throw new ValidationError({ marketplace: "is none of this Space's" });
  return found;
}

/** An event knows its Marketplace by the id. Where those are many, their names are read if there are any to tell. */
const manyFor = async (space: string, events: Searched<StoredEvent> | undefined): Promise<Marketplace[]> =>
  events?.data.some(({ marketplace }) => marketplace) ? await listMarketplaces(space) : [];

const namesOf = (marketplaces: Marketplace[]): Map<string, string> =>
  new Map(marketplaces.map(({ marketplace, name }) => [marketplace, name]));

const spacesEvents = (
  space: string,
  { few, names }: { few: Marketplace[] | undefined; names: Map<string, string> },
  log: Log,
): VNode => html`
  <${Events}
    log=${log}
    path=${eventsPath(space)}
    ofWhich=${html`<${MarketplaceField} few=${few} formState=${log.formState} />`}
    nameOf=${({ marketplace }: StoredEvent) => marketplace && (names.get(marketplace) ?? marketplace)}
    none="None yet"
  >
    <p>There is no event yet. Stripe's events arrive here when a Marketplace is connected, or when the <code>stripe listen</code> line on a Marketplace's page runs. The <a href=${spacePath(space)}>Space's page</a> lists its Marketplaces.</p>
  <//>
  ${log.events && html`<${ReplaySuch} space=${space} set=${log.formState.values} />`}
  <p><a href=${failuresPath(space)}>Problems: what fails, by cause</a></p>
`;

const marketplacesEvents = (marketplace: Marketplace, log: Log): VNode => html`
  <${Events} log=${log} path=${marketplaceEventsPath(marketplace)} nameOf=${() => undefined} none="None here">
    <${NoEvents} marketplace=${marketplace} log=${log} />
  <//>
  <p><a href=${eventsPath(marketplace.space)}>All events of the Space</a></p>
`;

/** The form, by its address alone, and what it found. `children` stand where there is nothing, and nothing was asked for. */
const Events = ({
  log: { formState, events, request },
  path,
  ofWhich,
  nameOf,
  none,
  children,
}: {
  log: Log;
  path: string;
  /** The form's field for a Marketplace, where the log is of more than one. */
  ofWhich?: VNode;
  nameOf: (event: StoredEvent) => string | undefined;
  none: string;
  children: ComponentChildren;
}): VNode => {
  const set = formState.values;
  return html`
    <details open=${isNarrowed(set)}>
      <summary>Show only some</summary>
      <form method="get" action=${path}>
        <${EventFilterFields} formState=${formState} status=${{ any: "Any", options: STATUSES }}>${ofWhich}<//>
        <button>Show</button>
      </form>
      ${isNarrowed(set) && html`<p><a href=${path}>Show all</a></p>`}
    </details>
    ${
      events &&
      html`<section aria-labelledby="events">
        <h2 id="events">${headingOf(set, events, isNarrowed(set) ? "None here" : none)}</h2>
        ${
          events.data.length > 0
            ? html`<${Rows} events=${events.data} nameOf=${nameOf} />`
            : isNarrowed(set)
              ? html`<${NoneSo} events=${events} />`
              : children
        }
        <${SearchedTo} to=${events.searched_to} />
        <${Pager} request=${request} path=${path} next=${events.next} keep=${set} />
      </section>`
    }
  `;
};

type FilterSet = Record<string, string>;
const isNarrowed = (set: FilterSet): boolean => Object.keys(set).length > 0;

/** The way to replay what is shown: what waits for its first run is none of it. */
function ReplaySuch({ space, set }: { space: string; set: FilterSet }): VNode | null {
  if (!isNarrowed(set) || set.status === "received") return null;
  const isFinished = set.status === "succeeded" || set.status === "ignored";
  const filter = { ...set, ...(isFinished && { finished: "true" }) };
  return html`<p><a href=${replaysPath(space, filter)}>Replay such events…</a></p>`;
}

/** What fails is listed as its index has it (lib/stripe_events/failing.ts). */
function headingOf({ status, cause }: FilterSet, { data }: Searched<StoredEvent>, none: string): string {
  if (data.length === 0) return none;
  if (status === "dead" || cause) return "By cause, the longest failing first";
  return "Newest first";
}

const STATUSES = EventStatus.options.map((status) => [status, EVENT_LABELS[status][0]] as const);

const NoneSo = ({ events: { next } }: { events: Searched<StoredEvent> }): VNode =>
  next === null ? html`<p>No event is so.</p>` : html`<p>None of those that were looked at is so.</p>`;

/** A Marketplace's events are looked for among the Space's, so many at a time. */
function NoEvents({ marketplace, log: { events, request } }: { marketplace: Marketplace; log: Log }): VNode {
  if (events?.next)
    return html`<p>None of the Space's events here is of this Marketplace. Look among the older ones.</p>`;
  if (request.queryStringParameters?.next !== undefined) return html`<p>There are no older ones.</p>`;
  const page = marketplaceEditPath(marketplace);
  return html`
    <p>
      There is no event of this Marketplace yet.${" "}
      ${
        marketplace.stripe_account
          ? html`Its first comes with its first checkout. Until Stripe can reach this address, run the <code>stripe listen</code> line on <a href=${page}>its page</a>.`
          : html`<a href=${page}>Connect it to Stripe</a>, and its events arrive by themselves.`
      }
    </p>
  `;
}

const Rows = ({
  events,
  nameOf,
}: {
  events: StoredEvent[];
  nameOf: (event: StoredEvent) => string | undefined;
}): VNode => html`
  <ul class="rows">
    ${events.map((event) => {
      const { space, id, type, status, created, livemode, runs } = event;
      const facts = [
        nameOf(event),
        livemode ? "live" : "test",
        runs.length === 1 ? "1 run" : `${runs.length} runs`,
        causeOf(event),
      ];
      return html`<li>
        <span>
          <a href=${eventPath(space, id)}>${type}</a><br />
          <span class="soft">${facts.filter(Boolean).join(", ")}</span>
        </span>
        <span><${Status} words=${EVENT_LABELS[status]} /> <span class="soft"><${Time} at=${iso(fromSeconds(created))} /></span></span>
      </li>`;
    })}
  </ul>
`;
