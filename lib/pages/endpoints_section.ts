import type { Session } from "../session/session.ts";
import { isReachable } from "../stripe_webhook_endpoints/reachable.ts";
import { isActive, type RegisteredEndpoint } from "../stripe_webhook_endpoints/registered_endpoints.ts";
import { utilityPath } from "../urls.ts";
import type { StripeUtility } from "../utilities/stripe_utility.ts";
import { Form } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { Time } from "./time.ts";

type Facts = { utility: StripeUtility; endpoints: RegisteredEndpoint[]; session: Session | undefined };

/** The endpoints that are registered at Stripe for the whole Space, and the buttons that make and rotate them. */
export function EndpointsSection({ utility, endpoints, session }: Facts): VNode {
  const action = `${utilityPath(utility.space, utility.utility)}/stripe_webhook_endpoints`;
  const isRotating = endpoints.some(({ replaces }) => replaces);
  const isRegistered = endpoints.some(isActive);
  return html`
    <section aria-labelledby="endpoints">
      <h2 id="endpoints">Webhook endpoints</h2>
      ${
        isReachable()
          ? html`<p class="hint">Stripe posts the events of this Space's account, and of its Vendors' accounts, to endpoints that are registered here by themselves when a Marketplace is connected.</p>`
          : html`<p>Stripe cannot reach this address, so none are registered. Use the <code>stripe listen</code> line on a Marketplace's page instead.</p>`
      }
      <ul class="rows">
        ${endpoints.map(
          (endpoint) => html`<li>
            <span>
              ${endpoint.connect ? "Connected accounts" : "Platform"}: <code>${endpoint.id}</code>, secret <code>${endpoint.secret}</code>
              ${whatBecomesOf(endpoint, endpoints)}
            </span>
            <span class="soft">since <${Time} at=${endpoint.registered_at} /></span>
          </li>`,
        )}
      </ul>
      <div class="actions">
        ${
          isReachable() &&
          html`<${Form} action=${action} session=${session} button=${isRegistered ? "Check endpoints" : "Register endpoints"} quiet />`
        }
        ${
          isRegistered &&
          !isRotating &&
          html`<${Form} action=${`${action}/rotate`} session=${session} button="Rotate secrets" quiet />`
        }
      </div>
    </section>
  `;
}

function whatBecomesOf(
  { id, connect, retired_at }: RegisteredEndpoint,
  endpoints: RegisteredEndpoint[],
): VNode | null {
  if (retired_at)
    return html`<br /><span class="soft">retired <${Time} at=${retired_at} />: stays for what Stripe has still to deliver, for three days${connect ? "" : ", or until recovery has read on to that time"}</span>`;
  const successor = endpoints.find(({ replaces }) => replaces === id);
  return successor
    ? html`<br /><span class="soft">is retired when <code>${successor.id}</code> has verified its first event: within the hour, or when you press <strong>Check endpoints</strong></span>`
    : null;
}
