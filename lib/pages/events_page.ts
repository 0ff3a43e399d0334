import { fromSeconds, iso } from "../clock.ts";
import { ValidationError } from "../errors.ts";
import { queryOf } from "../http/input.ts";
import { paginationOf, type Searched } from "../http/pagination.ts";
import type { Request } from "../http/request.ts";
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
import { EVENT_LABELS } from "./event_status.ts";
import { filledIn, SearchedTo, TimeSpanFields } from "./filter.ts";
import { Field, Select } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { Pager } from "./pager.ts";
import type { LazyView, PageContext } from "./route.ts";
import { Status } from "./status.ts";
import { Time } from "./time.ts";

/** The event log: of the Marketplace in the path, or of the whole Space; with what it is narrowed to. */
export async function showEvents(visit: PageContext): Promise<LazyView> {
  const { request, access } = visit;
  const { space } = access;
  const filter = queryOf(request, EventFilter);
  const only = request.pathParameters?.marketplace ? await marketplaceInPath(visit) : undefined;
  const of = only ?? (await inSpace(space, filter.marketplace));
  const whose = { marketplace: of?.marketplace, stripe_account: of?.stripe_account };
  const events = await listEvents({ space, ...whose, filter, ...paginationOf(request) });
  return {
    page: async () => ({
      title: "Events",
      marketplace: only,
      tab: "events",
      body: only
        ? marketplacesEvents(only, events, visit)
        : spacesEvents(space, await namesFor(space, events.data), events, visit),
    }),
    json: async () => ({
      data: events.data.map(presentEvent),
      next: events.next,
      searched_to: events.searched_to ?? null,
    }),
  };
}

/** @throws {ValidationError} where the Space has none of this id */
async function inSpace(space: string, marketplace: string | undefined): Promise<Marketplace | undefined> {
  if (marketplace === undefined) return undefined;
  const found = (await listMarketplaces(space)).find((each) => each.marketplace === marketplace);
  if (!found) throw new ValidationError({ marketplace: "is none of this Space's" });
  return found;
}

/** An event knows its Marketplace by the id. The names come in one read, where there are any to tell. */
async function namesFor(space: string, events: StoredEvent[]): Promise<Map<string, string>> {
  if (!events.some(({ marketplace }) => marketplace)) return new Map();
  const marketplaces = await listMarketplaces(space);
  return new Map(marketplaces.map(({ marketplace, name }) => [marketplace, name]));
}

function spacesEvents(
  space: string,
  names: Map<string, string>,
  events: Searched<StoredEvent>,
  { request }: PageContext,
): VNode {
  const path = eventsPath(space);
  return html`
    <${FilterForm} request=${request} path=${path} keep=${["marketplace"]} />
    <section aria-labelledby="events">
      <h2 id="events">${headingOf(request, events, isNarrowed(request) ? "None here" : "None yet")}</h2>
      ${
        events.data.length > 0
          ? html`<${Rows} events=${events.data} nameOf=${({ marketplace }: StoredEvent) => marketplace && (names.get(marketplace) ?? marketplace)} />`
          : isNarrowed(request)
            ? html`<${NoneSo} events=${events} />`
            : html`<p>There is no event yet. Stripe's events arrive here when a Marketplace is connected, or when the <code>stripe listen</code> line on a Marketplace's page runs. The <a href=${spacePath(space)}>Space's page</a> lists its Marketplaces.</p>`
      }
      <${SearchedTo} to=${events.searched_to} />
      <${Pager} request=${request} path=${path} next=${events.next} keep=${narrowing(request)} />
    </section>
    <${ReplaySuch} space=${space} request=${request} />
    <p><a href=${failuresPath(space)}>Problems: what fails, by cause</a></p>
  `;
}

const marketplacesEvents = (
  marketplace: Marketplace,
  events: Searched<StoredEvent>,
  { request }: PageContext,
): VNode => html`
  <${FilterForm} request=${request} path=${marketplaceEventsPath(marketplace)} />
  <section aria-labelledby="events">
    <h2 id="events">${headingOf(request, events, "None here")}</h2>
    ${
      events.data.length > 0
        ? html`<${Rows} events=${events.data} nameOf=${() => undefined} />`
        : isNarrowed(request)
          ? html`<${NoneSo} events=${events} />`
          : html`<${NoEvents} marketplace=${marketplace} request=${request} next=${events.next} />`
    }
    <${SearchedTo} to=${events.searched_to} />
    <${Pager} request=${request} path=${marketplaceEventsPath(marketplace)} next=${events.next} keep=${narrowing(request)} />
  </section>
  <p><a href=${eventsPath(marketplace.space)}>All events of the Space</a></p>
`;

const FILTER = ["status", "type", "marketplace", "cause", "from", "to"];

/** What of the query says which events are meant, and so stays from page to page. */
const narrowing = (request: Request): Record<string, string> => filledIn(request, FILTER);
const isNarrowed = (request: Request): boolean => Object.keys(narrowing(request)).length > 0;

/** The way to replay what is shown: what waits for its first run is none of it. */
function ReplaySuch({ space, request }: { space: string; request: Request }): VNode | null {
  const set = narrowing(request);
  if (!isNarrowed(request) || set.status === "received") return null;
  const isFinished = set.status === "succeeded" || set.status === "ignored";
  const filter = { ...set, ...(isFinished && { finished: "true" }) };
  return html`<p><a href=${replaysPath(space, filter)}>Replay such events…</a></p>`;
}

/** What fails is listed as its index has it (lib/stripe_events/failing.ts). */
function headingOf(request: Request, { data }: Searched<StoredEvent>, none: string): string {
  const { status, cause } = narrowing(request);
  if (data.length === 0) return none;
  if (status === "dead" || cause) return "By cause, the longest failing first";
  return "Newest first";
}

/** By its address alone, as everything that a list shows. Of what it has no field for, links lead here, and it stays. */
function FilterForm({
  request,
  path,
  keep = [],
}: {
  request: Request;
  path: string;
  keep?: string[];
}): VNode {
  const set = narrowing(request);
  const kept = Object.entries(filledIn(request, [...keep, "cause"]));
  return html`
    <details open=${isNarrowed(request)}>
      <summary>Show only some</summary>
      <form method="get" action=${path}>
        ${kept.map(([name, value]) => html`<input type="hidden" name=${name} value=${value} />`)}
        <${Select} name="status" label="Status" any="Any" value=${set.status} options=${STATUSES} />
        <${Field} name="type" label="Type" hint="Stripe's, or how some begin: charge.refunded, charge.*" formState=${{ values: set, errors: {} }} />
        <${TimeSpanFields} set=${set} />
        <button>Show</button>
      </form>
      ${isNarrowed(request) && html`<p><a href=${path}>Show all</a></p>`}
      ${set.cause && html`<p class="soft">Only what fails by <code>${set.cause}</code>.</p>`}
    </details>
  `;
}

const STATUSES = EventStatus.options.map((status) => [status, EVENT_LABELS[status][0]] as const);

const NoneSo = ({ events: { next } }: { events: Searched<StoredEvent> }): VNode =>
  next === null ? html`<p>No event is so.</p>` : html`<p>None of those that were looked at is so.</p>`;

/** A Marketplace's events are looked for among the Space's, so many at a time. */
function NoEvents({
  marketplace,
  request,
  next,
}: {
  marketplace: Marketplace;
  request: Request;
  next: string | null;
}): VNode {
  if (next !== null)
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
