import type { MarketplaceRef } from "../ids.ts";
import type { Session } from "../session/session.ts";
import {
  eventsPath,
  failuresPath,
  marketplaceEditPath,
  marketplaceEventsPath,
  marketplacePath,
  ordersPath,
  searchPath,
  spaceEditPath,
  spacePath,
  statementsPath,
} from "../urls.ts";
import { Form } from "./form.ts";
import { html, type VNode } from "./html.ts";

/** Where a page is: in a Space, and perhaps in one of its Marketplaces, for who has this role there. */
export type Place = {
  role: "representative" | "member" | "operator";
  /** Undefined for a representative, who does not see the Space. */
  space?: { space: string; name: string } | undefined;
  marketplace?: (MarketplaceRef & { name: string }) | undefined;
  /** Which tab it stands under; none of some pages. */
  tab?: Tab | undefined;
};

export type Tab = "overview" | "orders" | "events" | "problems" | "statements" | "settings" | "search";

const ROLES: Record<Place["role"], string> = {
  representative: "Vendor's representative",
  member: "Member",
  operator: "Operator",
};

type Facts = { session?: Session | undefined; place?: Place | undefined };

/** On top of every page: where one is, a search of the Space, and who is signed in. */
export const Bar = ({ session, place }: Facts): VNode => html`
  <header>
    <nav aria-label="You are here">
      <ol>
        <li><a href="/">Convene</a></li>
        ${place?.space && html`<li><a href=${spacePath(place.space.space)}>${place.space.name}</a></li>`}
        ${place?.marketplace && html`<li><a href=${marketplacePath(place.marketplace)}>${place.marketplace.name}</a></li>`}
      </ol>
    </nav>
    ${place?.space && place.tab !== "search" && html`<${Find} space=${place.space.space} />`}
    ${session && html`<${SignedIn} session=${session} role=${place && ROLES[place.role]} />`}
  </header>
`;

/** The page of what is found has the same search with its hints, and what is wrong with what was typed. */
const Find = ({ space }: { space: string }): VNode => html`
  <form method="get" action=${searchPath(space)} role="search" class="find">
    <input id="find" name="q" type="search" aria-label="Find an Order or an event" placeholder="Number, id or email" autocomplete="off" spellcheck="false" />
    <button class="quiet">Search</button>
  </form>
`;

const SignedIn = ({ session, role }: { session: Session; role: string | undefined }): VNode => html`
  <${Form} action="/session/destroy" session=${session} button="Sign out" quiet>
    <span class="soft">${session.email}${role && html`<br />${role}`}</span>${" "}
  <//>
`;

/** The parts of the place that a page is in. */
export function Tabs({ place }: { place?: Place | undefined }): VNode | null {
  const tabs = place?.marketplace
    ? marketplaceTabs(place.marketplace, place.role)
    : place?.space && spaceTabs(place.space.space);
  if (!tabs) return null;
  return html`
    <nav class="tabs" aria-label=${place?.marketplace ? "The Marketplace" : "The Space"}>
      <ul>
        ${tabs.map(
          ([tab, words, path]) =>
            html`<li><a href=${path} aria-current=${tab === place?.tab ? "true" : undefined}>${words}</a></li>`,
        )}
      </ul>
    </nav>
  `;
}

type Tabbed = [tab: Tab, words: string, path: string];

const spaceTabs = (space: string): Tabbed[] => [
  ["overview", "Overview", spacePath(space)],
  ["events", "Events", eventsPath(space)],
  ["problems", "Problems", failuresPath(space)],
  ["statements", "Statements", statementsPath({ space })],
  ["settings", "Settings", spaceEditPath(space)],
];

/** Events are the members' alone; of the settings, a representative has the connection and what is mailed. */
function marketplaceTabs(of: MarketplaceRef, role: Place["role"]): Tabbed[] {
  const isMember = role !== "representative";
  const tabs: (Tabbed | false)[] = [
    ["overview", "Overview", marketplacePath(of)],
    ["orders", "Orders", ordersPath(of)],
    ["statements", "Statements", statementsPath(of)],
    isMember && ["events", "Events", marketplaceEventsPath(of)],
    ["settings", isMember ? "Settings" : "Connection", marketplaceEditPath(of)],
  ];
  return tabs.filter((tab) => tab !== false);
}
