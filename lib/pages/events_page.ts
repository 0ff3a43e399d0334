import { fromSeconds, iso } from "../clock.ts";
import { type Paginated, paginationOf } from "../http/pagination.ts";
import type { Request } from "../http/request.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { marketplaceInPath } from "../marketplaces/marketplace_in_path.ts";
import { getSpaceName } from "../spaces/get_space_name.ts";
import { listEvents } from "../stripe_events/list_events.ts";
import { causeOf, presentEvent } from "../stripe_events/present_event.ts";
import type { StoredEvent } from "../stripe_events/stored_event.ts";
import {
  eventPath,
  eventsPath,
  failuresPath,
  marketplaceEditPath,
  marketplaceEventsPath,
  spacePath,
} from "../urls.ts";
import { EVENT_LABELS } from "./event_status.ts";
import { html, type VNode } from "./html.ts";
import { Pager } from "./pager.ts";
import type { LazyView, PageContext } from "./route.ts";
import { Status } from "./status.ts";
import { Time } from "./time.ts";

/** The event log: of the Marketplace in the path, or of the whole Space. */
export async function showEvents(visit: PageContext): Promise<LazyView> {
  const { request, access } = visit;
  const { space } = access;
  const only = request.pathParameters?.marketplace ? await marketplaceInPath(visit) : undefined;
  const filter = { space, marketplace: only?.marketplace, stripe_account: only?.stripe_account };
  const events = await listEvents({ ...filter, ...paginationOf(request) });
  return {
    page: async () => ({
      title: `Events of ${only ? only.name : await getSpaceName(space)}`,
      body: only
        ? marketplacesEvents(only, events, visit)
        : spacesEvents(space, await namesFor(space, events.data), events, visit),
    }),
    json: async () => ({ data: events.data.map(presentEvent), next: events.next }),
  };
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
  { data, next }: Paginated<StoredEvent>,
  { request }: PageContext,
): VNode {
  const path = eventsPath(space);
  return html`
    <section aria-labelledby="events">
      <h2 id="events">${data.length > 0 ? "Newest first" : "None yet"}</h2>
      ${
        data.length === 0
          ? html`<p>There is no event yet. Stripe's events arrive here when a Marketplace is connected, or when the <code>stripe listen</code> line on a Marketplace's page runs. The <a href=${spacePath(space)}>Space's page</a> lists its Marketplaces.</p>`
          : html`<${Rows} events=${data} nameOf=${({ marketplace }: StoredEvent) => marketplace && (names.get(marketplace) ?? marketplace)} />`
      }
      <${Pager} request=${request} path=${path} next=${next} />
    </section>
    <p><a href=${failuresPath(space)}>Problems: what fails, by cause</a></p>
    <p><a href=${spacePath(space)}>Back to the Space</a></p>
  `;
}

const marketplacesEvents = (
  marketplace: Marketplace,
  { data, next }: Paginated<StoredEvent>,
  { request }: PageContext,
): VNode => html`
  <section aria-labelledby="events">
    <h2 id="events">${data.length > 0 ? "Newest first" : "None here"}</h2>
    ${
      data.length > 0
        ? html`<${Rows} events=${data} nameOf=${() => undefined} />`
        : html`<${NoEvents} marketplace=${marketplace} request=${request} next=${next} />`
    }
    <${Pager} request=${request} path=${marketplaceEventsPath(marketplace)} next=${next} />
  </section>
  <p><a href=${eventsPath(marketplace.space)}>All events of the Space</a></p>
  <p><a href=${marketplaceEditPath(marketplace)}>Back to the Marketplace</a></p>
`;

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
