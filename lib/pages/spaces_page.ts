import { iso, now } from "../clock.ts";
import { listPlaces, type NamedPlace } from "../overview/list_memberships.ts";
import { marketplacePath, spacePath, statementPath } from "../urls.ts";
import { Field, Form, FormTrouble } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { NAMED_SHOWN, NameFilter, nameIn, withName } from "./name_filter.ts";
import type { PageContext, View } from "./route.ts";
import { Table } from "./table.ts";

export async function showSpaces(visit: PageContext): Promise<View> {
  const all = await listPlaces(visit.access);
  const part = nameIn(visit.request);
  const places = withName(all, part);
  return {
    title: "My Spaces",
    body: spacesPage(places, { part, all: all.length }, visit),
    json: { data: part === "" ? all : places },
  };
}

/** The short names of a Space, and of a Marketplace's Room: they tell two of the same name apart. */
const whereOf = ({ space, room }: NamedPlace): string => (room ? `${space} / ${room}` : space);

const hrefOf = ({ space, room, marketplace }: NamedPlace): string =>
  room && marketplace ? marketplacePath({ space, room, marketplace }) : spacePath(space);

/** A person's Spaces and Marketplaces; an operator can create a Space. */
const spacesPage = (
  places: NamedPlace[],
  { part, all }: { part: string; all: number },
  { access, formState }: PageContext,
): VNode => html`
  <${FormTrouble} formState=${formState} />
  <section aria-labelledby="places">
    <h2 id="places" class="unseen">What I manage</h2>
    <${NameFilter} path="/" what="Space" part=${part} found=${places.length} all=${all} />
    ${all === 0 && html`<p class="soft">Nothing yet. A member of a Space can invite you, as ${access.actor}.</p>`}
    ${
      places.length > 0 &&
      html`<${Table} caption="What I manage" columns=${["Name", "Your role", "Where", { label: "This month", amount: true }]}
        rows=${places
          .slice(0, NAMED_SHOWN)
          .map((place) => [
            html`<a href=${hrefOf(place)}>${place.name}</a>`,
            roleIn(place, access),
            html`<span class="soft">${whereOf(place)}</span>`,
            html`<a href=${statementOf(place)} aria-label=${`Statement of ${place.name}`}>Statement</a>`,
          ])} />`
    }
  </section>
  ${
    access.role === "operator" &&
    html`<section aria-labelledby="new">
      <h2 id="new">Create a Space</h2>
      <${Form} action="/spaces" session=${access.session} button="Create Space">
        <${Field} name="space" label="Short name" formState=${formState} hint="Stands in its address: lowercase letters, digits, hyphens" />
        <${Field} name="name" label="Name" formState=${formState} />
      <//>
    </section>`
  }
`;

function roleIn({ marketplace }: NamedPlace, { role }: PageContext["access"]): string {
  if (role === "operator") return "Operator";
  return marketplace ? "Vendor's representative" : "Member";
}

function statementOf({ space, room, marketplace }: NamedPlace): string {
  const of = room && marketplace ? { space, room, marketplace } : { space };
  return statementPath(of, iso(now()).slice(0, 7));
}
