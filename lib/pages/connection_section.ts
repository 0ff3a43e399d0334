import type { Access } from "../access/authorize.ts";
import { fromSeconds, iso } from "../clock.ts";
import { configuration } from "../configuration.ts";
import {
  type ConnectionStatus,
  connectionStatus,
  requirementsChannel,
} from "../marketplaces/connection_status.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { splitOf } from "../orders/split.ts";
import type { Session } from "../session/session.ts";
import type { AtStripe } from "../stripe_account/disconnect.ts";
import type { Leaving } from "../stripe_account/disconnect_preview.ts";
import type { StoredEvent } from "../stripe_events/stored_event.ts";
import { marketplacePath } from "../urls.ts";
import { CONNECTION_WORDS } from "./connection_words.ts";
import { Form } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { ORDER_WORDS, SPLIT_WORDS } from "./order_status.ts";
import { Sentence } from "./sentence.ts";
import { Status } from "./status.ts";
import { Time } from "./time.ts";

/** What each status means for who reads it. */
const MEANINGS: Record<ConnectionStatus, string> = {
  not_connected: "Until it is connected, this Marketplace sells nothing.",
  onboarding:
    "An account is made at Stripe, and its details are still missing. Press the button to go on there.",
  disconnected_at_stripe:
    "The connection was ended at Stripe. This Marketplace sells nothing until it is connected again.",
  connected: "It may sell. Stripe has yet to say that the Vendor can be paid.",
  can_be_paid:
    "It may sell, and Stripe lets the Vendor be paid: their share of each Order is sent when Stripe has said its fee.",
  restricted: "It may sell, but the Vendor can be paid only when Stripe has what it wants.",
  rejected:
    "Stripe has rejected this account, and pays it nothing, so this Marketplace sells nothing. The Vendor can ask Stripe's support, or connect another.",
};

type Facts = {
  marketplace: Marketplace;
  last: StoredEvent | undefined;
  leaving: Leaving | undefined;
  /** Where a member saves the Space's key, while there is none. */
  keyPage: string | undefined;
  access: Access;
};

/** How the Marketplace stands with Stripe, and the button that changes it. */
export function ConnectionSection({ marketplace, last, leaving, keyPage, access }: Facts): VNode {
  const { session } = access;
  const { stripe_account, disconnected_at_stripe } = marketplace;
  const { status, read_at } = connectionStatus(marketplace);
  const action = `${marketplacePath(marketplace)}/stripe_account`;
  return html`
    <section aria-labelledby="connection">
      <h2 id="connection">Stripe</h2>
      <dl>
        <dt>Connection</dt>
        <dd><${Status} words=${CONNECTION_WORDS[status]} /></dd>
        ${stripe_account && html`<dt>Account</dt><dd><code>${stripe_account}</code></dd>`}
        ${
          !stripe_account &&
          disconnected_at_stripe &&
          html`<dt>Since</dt><dd><${Time} at=${disconnected_at_stripe} /></dd>`
        }
        ${read_at && html`<dt>As Stripe said</dt><dd><${Time} at=${read_at} /></dd>`}
        <dt>Last event</dt>
        <dd>${last ? html`${last.type}, <${Time} at=${last.received_at} />` : "none lately"}</dd>
      </dl>
      <p><${Sentence} text=${MEANINGS[status]} /></p>
      <${Wanted} marketplace=${marketplace} />
      <${GoOn} marketplace=${marketplace} action=${action} session=${session} />
      ${
        stripe_account
          ? leaving &&
            html`<${Leave} action=${`${action}/destroy`} account=${stripe_account} leaving=${leaving} session=${session} />`
          : keyPage
            ? html`<${KeyFirst} keyPage=${keyPage} access=${access} />`
            : html`<${Form} action=${action} session=${session} button="Connect to Stripe" />`
      }
    </section>
  `;
}

/** What stands in the button's place while the button could do nothing. A representative does not see the Utility. */
const KeyFirst = ({ keyPage, access }: { keyPage: string; access: Access }): VNode =>
  access.role === "representative"
    ? html`<p>To connect, a member of the Space has to save its Stripe key first.</p>`
    : html`<p><a href=${keyPage}>Save a Stripe key first</a>, then connect.</p>`;

/** What Stripe still wants of the Vendor, and until when. */
function Wanted({ marketplace }: { marketplace: Marketplace }): VNode | null {
  const { requirements, deadline } = connectionStatus(marketplace);
  if (requirements.length === 0) return null;
  return html`
    <h3>What Stripe still wants</h3>
    ${deadline && html`<p>By <${Time} at=${iso(fromSeconds(deadline))} />.</p>`}
    <ul>
      ${requirements.map(({ what, overdue }) => html`<li>${what}${overdue && html` <strong class="bad">(overdue)</strong>`}</li>`)}
    </ul>
  `;
}

/** The way on to Stripe, where it wants something of a connected account. */
function GoOn({
  marketplace,
  action,
  session,
}: {
  marketplace: Marketplace;
  action: string;
  session: Session | undefined;
}): VNode | null {
  const road = requirementsChannel(marketplace);
  if (road === "account_link")
    return html`<${Form} action=${action} session=${session} button="Go on at Stripe" />`;
  return road
    ? html`<p>The Vendor goes on in <a href=${dashboardUrl()}>Stripe's dashboard</a>: the account is their own.</p>`
    : null;
}

/** The simulator's page is all the dashboard that its accounts have. */
const dashboardUrl = (): string => configuration.stripeApiBase?.origin ?? "https://dashboard.stripe.com/";

const AT_STRIPE: Record<AtStripe, string> = {
  revoked: "ends the access that the Vendor gave to their Stripe account;",
  used_by_another_marketplace:
    "leaves the access to the Stripe account as it is, because another Marketplace of the same platform account uses it;",
  made_by_us:
    "leaves the account where it is: it was made for this Marketplace, and `Connect to Stripe` takes it up again;",
  no_client_id:
    "cannot end the access at Stripe, for want of a Connect client id: do that in Stripe's dashboard, too;",
};

/** Disconnecting, with what it does. */
function Leave({
  action,
  account,
  leaving: { atStripe, pending },
  session,
}: {
  action: string;
  account: string;
  leaving: Leaving;
  session: Session | undefined;
}): VNode {
  return html`
    <details>
      <summary>Disconnect…</summary>
      ${
        pending.length > 0 &&
        html`<p><strong class="bad">${pending.length} ${pending.length === 1 ? "Order is" : "Orders are"} not settled with the Vendor yet.</strong> What is the Vendor's of these is sent or taken back when the same account is connected again.</p>
          <ul class="rows">
            ${pending.slice(0, MAX_LISTED).map(
              (order) => html`<li>
                <span><code>${order.id}</code> ${ORDER_WORDS[order.status][0]}${order.status === "paid" && html`; payment split: ${SPLIT_WORDS[splitOf(order).status][0]}`}</span>
                <span class="soft"><${Time} at=${order.placed_at} /></span>
              </li>`,
            )}
          </ul>
          ${pending.length > MAX_LISTED && html`<p>And ${pending.length - MAX_LISTED} more.</p>`}`
      }
      <p>Disconnecting <code>${account}</code></p>
      <ul>
        <li>stops this Marketplace from selling at once;</li>
        <li><${Sentence} text=${AT_STRIPE[atStripe]} /></li>
        <li>removes the Space's webhook endpoints at Stripe, when no Marketplace and no open Order needs them.</li>
      </ul>
      <${Form} action=${action} session=${session} button="Disconnect from Stripe" />
    </details>
  `;
}

const MAX_LISTED = 10;
