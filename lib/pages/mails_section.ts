import { configuration } from "../configuration.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { marketplacePath } from "../urls.ts";
import { Breakable } from "./breakable.ts";
import { Field, Form } from "./form.ts";
import { html, type VNode } from "./html.ts";
import type { PageContext } from "./route.ts";

type Facts = { marketplace: Marketplace; access: PageContext["access"]; formState: PageContext["formState"] };

/** Who hears of a Marketplace's Orders by mail, and whether buyers do. Members change it. */
export function MailsSection({ marketplace, access, formState }: Facts): VNode {
  const { order_notifications = [], shop_mails_buyer = false } = marketplace;
  const form = { action: marketplacePath(marketplace), session: access.session, formState };
  const isMember = access.role !== "representative";
  return html`
    <section aria-labelledby="notifications">
      <h2 id="notifications">Order Notifications</h2>
      ${configuration.mailFrom === undefined && html`<p class="soft">This installation sends no mails.</p>`}
      <p>
        Each of these addresses gets a mail when an Order is paid, refunded or disputed.
        ${order_notifications.length === 0 && " None yet."}
      </p>
      <ul class="rows">
        ${order_notifications.map(
          (email) => html`<li>
          <span><${Breakable} text=${email} /></span>
          ${
            isMember &&
            html`<${Form} ...${form} button="Remove" label=${`Remove ${email} from the Order Notifications`} quiet>
            <input type="hidden" name="remove_order_notification" value=${email} />
          <//>`
          }
        </li>`,
        )}
      </ul>
      ${
        isMember &&
        html`<${Form} ...${form} button="Add Order Notification" quiet>
        <${Field} name="add_order_notification" type="email" label="Email Address" formState=${formState} />
      <//>`
      }
      <h3>Buyers</h3>
      <p>
        ${
          shop_mails_buyer
            ? "The shop mails its buyers itself, so they get nothing from here."
            : "A buyer gets a mail from here when their Order is paid."
        }
      </p>
      ${
        isMember &&
        html`<${Form} ...${form} quiet button=${shop_mails_buyer ? "Mail buyers from here" : "Stop mailing buyers"}>
        <input type="hidden" name="shop_mails_buyer" value=${String(!shop_mails_buyer)} />
      <//>`
      }
    </section>
  `;
}
