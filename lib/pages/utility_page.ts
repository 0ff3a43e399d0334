import * as v from "valibot";
import { oauthRedirectUri } from "../stripe_account/start_connecting.ts";
import { EndpointsJson, presentRegistered } from "../stripe_webhook_endpoints/present_endpoints.ts";
import { findRegistered, type RegisteredEndpoint } from "../stripe_webhook_endpoints/registered_endpoints.ts";
import { utilityPath } from "../urls.ts";
import { isLive } from "../utilities/api_token.ts";
import { NEEDED_PERMISSIONS } from "../utilities/check_api_token.ts";
import { getUtility } from "../utilities/get_utility.ts";
import { presentUtility, UtilityJson } from "../utilities/present_utility.ts";
import type { StripeUtility } from "../utilities/stripe_utility.ts";
import { EndpointsSection } from "./endpoints_section.ts";
import { Confirmation, Field, Form, FormTrouble } from "./form.ts";
import { html, type VNode } from "./html.ts";
import type { PageContext, View } from "./route.ts";
import { Status, type Words } from "./status.ts";

/** A Utility as programs read it: with its Space's webhook endpoints, as its page shows it. */
export type WholeUtilityJson = v.InferOutput<typeof WholeUtilityJson>;
export const WholeUtilityJson = v.object({ ...UtilityJson.entries, ...EndpointsJson.entries });

export async function showUtility(visit: PageContext): Promise<View> {
  const { request, access } = visit;
  const utility = await getUtility(access.space, request.pathParameters?.utility ?? "");
  const { endpoints } = await findRegistered(access.space);
  const json: WholeUtilityJson = { ...presentUtility(utility), ...presentRegistered(endpoints) };
  return { title: utility.name, body: utilityPage(utility, endpoints, visit), tab: "settings", json };
}

const LIVE: Words = ["Live", "good"];
const TEST: Words = ["Test", "soft"];

/** A Stripe Utility: whose key it holds, forms for another key and the Connect client id, and the webhook endpoints. */
function utilityPage(
  utility: StripeUtility,
  endpoints: RegisteredEndpoint[],
  { access, formState }: PageContext,
): VNode {
  const { name, client_id, version, api_token_masked, stripe_platform_account } = utility;
  // What is wrong with a key is shown, the key itself is not: it would stand in the page.
  const withoutKey = { errors: formState.errors, values: { ...formState.values, api_token: "" } };
  return html`
    <${FormTrouble} formState=${formState} />
    <section aria-labelledby="key">
      <h2 id="key">Stripe key</h2>
      ${
        api_token_masked
          ? html`<dl>
              <dt>Key</dt><dd><code>${api_token_masked}</code></dd>
              ${stripe_platform_account && html`<dt>Account</dt><dd>${utility.stripe_platform_account_name} <code data-copy>${stripe_platform_account}</code></dd>`}
              <dt>Mode</dt><dd><${Status} words=${isLive(api_token_masked) ? LIVE : TEST} /></dd>
            </dl>`
          : html`<p>There is no key yet. Without one, nothing can be sold.</p>`
      }
    </section>
    <section aria-labelledby="edit">
      <h2 id="edit">Settings</h2>
      <${Form} action=${utilityPath(utility.space, utility.utility)} session=${access.session} button="Save">
        <input type="hidden" name="version" value=${String(version)} />
        <${Field} name="name" label="Name" value=${name} formState=${withoutKey} />
        <${Field} name="api_token" label="Api token" formState=${withoutKey}
          hint=${html`The secret key of the Space's Stripe account: at Stripe under Developers, API keys. It is tried before it is saved.${api_token_masked && " Leave this empty to keep the one there is."}`} />
        <${Confirmation} name="confirm_orders_open" label="Save this key all the same" formState=${withoutKey} />
        <${Field} name="client_id" label="Connect client id" value=${client_id ?? ""} formState=${withoutKey}
          hint=${html`Only where Vendors connect Stripe accounts that they have already: <code>ca_…</code>, at Stripe under Settings, Connect, OAuth. Register the redirect URI below there.`} />
      <//>
      <dl><dt>Redirect URI</dt><dd><code data-copy>${oauthRedirectUri()}</code></dd></dl>
      <details>
        <summary>Permissions of a restricted key</summary>
        <p class="hint">A restricted key (<code>rk_…</code>) needs each of these, by the names in Stripe's dashboard, for this account and for connected accounts. They are tried when the key is saved, and with the checks of each Marketplace.</p>
        <ul>
          ${NEEDED_PERMISSIONS.map((permission) => html`<li>${permission}</li>`)}
        </ul>
      </details>
    </section>
    <${EndpointsSection} utility=${utility} endpoints=${endpoints} session=${access.session} />
  `;
}
