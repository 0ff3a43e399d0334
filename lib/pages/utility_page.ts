import type { View, Visit } from "../http/route.ts";
import { isLive } from "../utilities/api_token.ts";
import { findUtility } from "../utilities/find_utility.ts";
import { presentUtility } from "../utilities/present_utility.ts";
import type { StripeUtility } from "../utilities/stripe_utility.ts";
import { Field, Form, FormTrouble } from "./form.ts";
import { html, type VNode } from "./html.ts";

export async function showUtility(visit: Visit): Promise<View> {
  const { request, access } = visit;
  const utility = await findUtility(access.space, request.pathParameters?.utility ?? "");
  return { title: utility.name, body: utilityPage(utility, visit), json: presentUtility(utility) };
}

/** A Stripe Utility: whose key it holds, and forms for another key and the Connect client id. */
function utilityPage(utility: StripeUtility, { access, typed }: Visit): VNode {
  const { space, name, client_id, version, api_token_masked, stripe_platform_account } = utility;
  // What is wrong with a key is shown, the key itself is not: it would stand in the page.
  const typedHere = { wrong: typed.wrong, values: { ...typed.values, api_token: "" } };
  return html`
    <section aria-labelledby="key">
      <h2 id="key">Stripe key</h2>
      ${
        api_token_masked
          ? html`<dl>
              <dt>Key</dt><dd><code>${api_token_masked}</code></dd>
              <dt>Account</dt><dd>${utility.stripe_platform_account_name} <code>${stripe_platform_account}</code></dd>
              <dt>Mode</dt><dd>${isLive(api_token_masked) ? "live" : "test"}</dd>
            </dl>`
          : html`<p>There is no key yet. Without one, nothing can be sold.</p>`
      }
    </section>
    <section aria-labelledby="edit">
      <h2 id="edit">Settings</h2>
      <${Form} action=${`/spaces/${space}/utilities/${utility.utility}`} session=${access.session} button="Save">
        <input type="hidden" name="version" value=${String(version)} />
        <${FormTrouble} typed=${typed} />
        <${Field} name="name" label="Name" value=${name} typed=${typedHere} />
        <${Field} name="api_token" label="Api token" typed=${typedHere}
          hint="The secret key of the Space's Stripe account. It is tried before it is saved; leave this empty to keep the one there is." />
        <${Field} name="client_id" label="Connect client id" value=${client_id ?? ""} typed=${typedHere}
          hint="Only where Vendors join with accounts they have already (OAuth): ca_…" />
      <//>
    </section>
    <p><a href=${`/spaces/${space}`}>Back to the Space</a></p>
  `;
}
