import type { Session } from "../session/session.ts";
import { isReachable } from "../stripe_webhook_endpoints/reachable.ts";
import { isActive, type RegisteredEndpoint } from "../stripe_webhook_endpoints/registered_endpoints.ts";
import { utilityPath } from "../urls.ts";
import type { StripeUtility } from "../utilities/stripe_utility.ts";
import { AskFirst, Form } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { Status } from "./status.ts";
import { Table } from "./table.ts";
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
          ? html`<p>Stripe posts the events of this Space's account, and of its Vendors' accounts, to these. They are registered automatically when a Marketplace is connected.</p>`
          : html`<p>Stripe cannot reach this address, so none are registered. Use the <code>stripe listen</code> line in a Marketplace's settings instead.</p>`
      }
      ${
        endpoints.length > 0 &&
        html`<${Table} caption="Webhook endpoints" columns=${["Events of", "Endpoint", "Secret", "Status", { label: "Registered", amount: true }]}
          rows=${endpoints.map((endpoint) => [
            endpoint.connect ? "Connected accounts" : "Platform",
            html`<code>${endpoint.id}</code>`,
            html`<code>${endpoint.secret}</code>`,
            html`<${State} endpoint=${endpoint} endpoints=${endpoints} />`,
            html`<${Time} at=${endpoint.registered_at} />`,
          ])} />`
      }
      <div class="actions">
        ${
          isReachable() &&
          html`<${Form} action=${action} session=${session} button=${isRegistered ? "Check endpoints" : "Register endpoints"} quiet />`
        }
        ${
          isRegistered &&
          !isRotating &&
          html`<${AskFirst} action=${`${action}/rotate`} session=${session} button="Rotate secrets"
            says="New endpoints, with new secrets, are registered beside these. These are retired when the new ones have verified an event, and go when nothing is left for them to deliver." />`
        }
      </div>
    </section>
  `;
}

/** Whether it is in use, and until when. */
function State({
  endpoint,
  endpoints,
}: {
  endpoint: RegisteredEndpoint;
  endpoints: RegisteredEndpoint[];
}): VNode {
  const { id, connect, retired_at } = endpoint;
  if (retired_at)
    return html`<span>
      <${Status} words=${["Retired", "soft"]} /> <${Time} at=${retired_at} />. It stays for what Stripe has still to deliver: for three
      days${connect ? "" : ", or until recovery has read on to that time"}.
    </span>`;
  const successor = endpoints.find(({ replaces }) => replaces === id);
  return successor
    ? html`<span>
        <${Status} words=${["Being replaced", "waiting"]} /> It is retired when <code>${successor.id}</code> has verified its first event:
        within the hour, or when you press <strong>Check endpoints</strong>.
      </span>`
    : html`<${Status} words=${["In use", "good"]} />`;
}
