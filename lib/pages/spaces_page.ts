import { iso, now } from "../clock.ts";
import { listPlaces, type NamedPlace } from "../overview/list_memberships.ts";
import { spacePath, statementPath } from "../urls.ts";
import { Field, Form, FormTrouble } from "./form.ts";
import { html, type VNode } from "./html.ts";
import type { PageContext, View } from "./route.ts";

export async function showSpaces(visit: PageContext): Promise<View> {
  const places = await listPlaces(visit.access);
  return { title: "My Spaces", body: spacesPage(places, visit), json: { data: places } };
}

/** The path of a Space, or of a Marketplace's Room: it tells two of the same name apart. */
const whereOf = ({ space, room }: NamedPlace): string =>
  room ? `/spaces/${space}/rooms/${room}` : spacePath(space);

const hrefOf = (place: NamedPlace): string =>
  place.marketplace ? `${whereOf(place)}/marketplaces/${place.marketplace}/edit` : whereOf(place);

/** A person's Spaces and Marketplaces; an operator can make a Space. */
const spacesPage = (places: NamedPlace[], { access, formState }: PageContext): VNode => html`
  <${FormTrouble} formState=${formState} />
  <section aria-labelledby="places">
    <h2 id="places">What I manage</h2>
    ${
      places.length === 0
        ? html`<p class="soft">Nothing yet. A member of a Space can let you in, under ${access.actor}.</p>`
        : html`<ul class="rows">${places.map(
            (place) => html`
              <li>
                <a href=${hrefOf(place)}>${place.name}</a>
                <span class="soft">${place.marketplace && "as its Vendor's representative, "}${whereOf(place)}</span>
                ${place.room && place.marketplace && html`<a href=${statementPath({ space: place.space, room: place.room, marketplace: place.marketplace }, iso(now()).slice(0, 7))}>This month's statement</a>`}
              </li>
            `,
          )}</ul>`
    }
  </section>
  ${
    access.role === "operator" &&
    html`<section aria-labelledby="new">
      <h2 id="new">Make a Space</h2>
      <${Form} action="/spaces" session=${access.session} button="Make Space">
        <${Field} name="space" label="Short name" formState=${formState} hint="Stands in its address: lowercase letters, digits, hyphens" />
        <${Field} name="name" label="Name" formState=${formState} />
      <//>
    </section>`
  }
`;
