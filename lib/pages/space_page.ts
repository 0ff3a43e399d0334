import { type EndpointTrouble, endpointTroubles } from "../doctor/endpoint_troubles.ts";
import { connectionStatus } from "../marketplaces/connection_status.ts";
import { incompleteOf } from "../overview/incomplete.ts";
import { presentSpace } from "../overview/present_space.ts";
import { readSpace, type WholeSpace } from "../overview/read_space.ts";
import { attentionPath, marketplaceEditPath, spaceEditPath, spacePath, utilityEditPath } from "../urls.ts";
import { NotComplete, OrdersForSomebody, TroubleWithEndpoints } from "./attention_page.ts";
import { CONNECTION_WORDS } from "./connection_words.ts";
import { Field, Form, FormTrouble } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { RecoverySection } from "./recovery_section.ts";
import type { LazyView, PageContext } from "./route.ts";
import { Status } from "./status.ts";

export async function showSpace(visit: PageContext): Promise<LazyView> {
  const { space } = visit.access;
  const whole = await readSpace(space);
  return {
    page: async () => {
      const troubles = await endpointTroubles(space, whole.marketplaces);
      return { title: whole.space.name, body: spacePage(whole, troubles, visit), tab: "overview" };
    },
    json: async () => presentSpace(whole),
  };
}

/** A Space at a glance: what needs somebody, what it sells through, and whether all that Stripe has is here. */
function spacePage(
  whole: WholeSpace,
  troubles: EndpointTrouble[],
  { access, formState }: PageContext,
): VNode {
  const { space, utilities, marketplaces, attention, recovery } = whole;
  const { session } = access;
  const base = spacePath(space.space);
  const hasKey = utilities.some(({ api_token }) => api_token);
  return html`
    <${FormTrouble} formState=${formState} />
    <${NotComplete} space=${space.space} incomplete=${incompleteOf(recovery)} />
    <${TroubleWithEndpoints} troubles=${troubles} />
    ${attention.data.length > 0 && html`<${NeedsSomebody} whole=${whole} />`}
    ${
      !hasKey &&
      html`<section class="trouble" aria-labelledby="no-key">
        <h2 id="no-key">No Stripe key yet</h2>
        <p>Nothing can be sold here. Save the secret key of the Space's Stripe account in its <a href=${utilities[0] ? utilityEditPath(space.space, utilities[0].utility) : `${spaceEditPath(space.space)}#utilities`}>Stripe Utility</a> first.</p>
      </section>`
    }
    <section aria-labelledby="marketplaces">
      <h2 id="marketplaces">Marketplaces</h2>
      <ul class="rows">
        ${marketplaces.map(
          (marketplace) => html`<li>
            <span>
              <a href=${marketplaceEditPath(marketplace)}>${marketplace.name}</a>${" "}
              <span class="soft">in ${marketplace.room}</span>
            </span>
            <${Status} words=${CONNECTION_WORDS[connectionStatus(marketplace).status]} />
          </li>`,
        )}
      </ul>
      <${Form} action=${`${base}/rooms/store/marketplaces`} session=${session} button="Add Marketplace">
        <${Field} id="marketplace-name" name="marketplace_name" label="Name of a Marketplace" formState=${formState} />
        <${Field} name="room" label="Its Room" value="store" formState=${formState} />
      <//>
    </section>
    ${hasKey && html`<${RecoverySection} space=${space.space} recovery=${recovery} session=${session} />`}
  `;
}

const NeedsSomebody = ({ whole: { space, marketplaces, attention } }: { whole: WholeSpace }): VNode => html`
  <section aria-labelledby="attention">
    <h2 id="attention">Needs somebody</h2>
    <${OrdersForSomebody} orders=${attention.data} marketplaces=${marketplaces} />
    ${attention.next && html`<p><a href=${attentionPath(space.space)}>All that needs somebody</a></p>`}
  </section>
`;
