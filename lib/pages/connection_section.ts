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
import type { AtStripe } from "../stripe_account/disconnect.ts";
import type { Leaving } from "../stripe_account/disconnect_preview.ts";
import type { StoredEvent } from "../stripe_events/stored_event.ts";
import { checksPath, eventPath, marketplacePath, orderPath } from "../urls.ts";
import { CONNECTION_WORDS } from "./connection_words.ts";
import { Form } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { OrderLink } from "./order_link.ts";
import { ORDER_WORDS, SPLIT_WORDS } from "./order_status.ts";
import { Sentence } from "./sentence.ts";
import { Status } from "./status.ts";
import { Time } from "./time.ts";

/** What each status means for who reads it. */
const MEANINGS: Record<ConnectionStatus, string> = {
  not_connected: "This Marketplace cannot sell until it is connected to its Vendor's Stripe account.",
  onboarding:
    "An account was created at Stripe, and its details are still missing. Press the button to go on there.",
  disconnected_at_stripe:
    "The connection was ended at Stripe. This Marketplace cannot sell until it is connected again.",
  connected: "It can sell. Stripe has yet to say that the Vendor can be paid.",
  can_be_paid: "The Vendor's share of each Order is sent as soon as Stripe reports its fee.",
  restricted: "It can sell, but the Vendor is paid only once Stripe has what it wants.",
  rejected:
    "Stripe has rejected this account and pays it nothing, so this Marketplace cannot sell. The Vendor can ask Stripe's support, or connect another account.",
};

type Facts = {
  marketplace: Marketplace;
  /** Where a member saves the Space's key, while there is none. */
  keyPage: string | undefined;
  access: Access;
};

/** Whether a Marketplace sells and its Vendor can be paid, what Stripe wants, and the button that is the next step. */
export const Standing = ({ marketplace, keyPage, access }: Facts): VNode => {
  const { status } = connectionStatus(marketplace);
  return html`
    <p><${Status} words=${CONNECTION_WORDS[status]} /> <${Sentence} text=${MEANINGS[status]} /></p>
    <${Wanted} marketplace=${marketplace} />
    <${NextStep} marketplace=${marketplace} keyPage=${keyPage} access=${access} />
  `;
};

/** What Stripe still wants of the Vendor, and until when. */
function Wanted({ marketplace }: { marketplace: Marketplace }): VNode | null {
  const { requirements, deadline } = connectionStatus(marketplace);
  if (requirements.length === 0) return null;
  return html`
    <h3>What Stripe still wants${deadline && html` by <${Time} at=${iso(fromSeconds(deadline))} />`}</h3>
    <ul>
      ${requirements.map(({ what, overdue }) => html`<li>${what}${overdue && html` <${Status} words=${["Overdue", "bad"]} />`}</li>`)}
    </ul>
  `;
}

/** The way to Stripe: to connect, or where it wants something of a connected account. */
function NextStep({ marketplace, keyPage, access }: Facts): VNode | null {
  const form = { action: connectPath(marketplace), session: access.session };
  if (!marketplace.stripe_account)
    return keyPage
      ? html`<${KeyFirst} keyPage=${keyPage} access=${access} />`
      : html`<${Form} ...${form} button="Connect to Stripe" />`;
  const channel = requirementsChannel(marketplace);
  if (channel === "account_link") return html`<${Form} ...${form} button="Go on at Stripe" />`;
  return channel
    ? html`<p>${access.role === "representative" ? "Give Stripe what is missing in your" : "The Vendor gives Stripe what is missing in their"} <a href=${dashboardUrl()}>Stripe dashboard</a>.</p>`
    : null;
}

/** What stands in the button's place while the button could do nothing. A representative does not see the Utility. */
const KeyFirst = ({ keyPage, access }: { keyPage: string; access: Access }): VNode =>
  access.role === "representative"
    ? html`<p>To connect, a member of the Space has to save its Stripe key first.</p>`
    : html`<p><a href=${keyPage}>Save a Stripe key first</a>, then connect.</p>`;

const connectPath = (marketplace: Marketplace): string => `${marketplacePath(marketplace)}/stripe_account`;

/** The simulator's page is all the dashboard that its accounts have. */
const dashboardUrl = (): string => configuration.stripeApiBase?.origin ?? "https://dashboard.stripe.com/";

/** How the Marketplace stands with Stripe, and the buttons that change it. @param last members see which event came last */
export function ConnectionSection({
  marketplace,
  keyPage,
  last,
  leaving,
  access,
}: Facts & { last: StoredEvent | undefined; leaving: Leaving | undefined }): VNode {
  const { stripe_account, disconnected_at_stripe } = marketplace;
  const { read_at } = connectionStatus(marketplace);
  const isMember = access.role !== "representative";
  return html`
    <section aria-labelledby="connection">
      <h2 id="connection">Stripe</h2>
      <${Standing} marketplace=${marketplace} keyPage=${keyPage} access=${access} />
      <dl>
        ${stripe_account && html`<dt>Account</dt><dd><code data-copy>${stripe_account}</code></dd>`}
        ${
          !stripe_account &&
          disconnected_at_stripe &&
          html`<dt>Disconnected</dt><dd><${Time} at=${disconnected_at_stripe} /></dd>`
        }
        ${read_at && html`<dt>Status checked</dt><dd><${Time} at=${read_at} ago /></dd>`}
        ${
          isMember &&
          html`<dt>Last event</dt>
          <dd>${last ? html`<a href=${eventPath(marketplace.space, last.id)}>${last.type}</a>, <${Time} at=${last.received_at} />` : "none lately"}</dd>`
        }
      </dl>
      <div class="actions">
        ${
          // Members have the checks, which ask Stripe, too.
          !isMember &&
          html`<${Form} action=${checksPath(marketplace)} session=${access.session} button="Check now" quiet />`
        }
        ${
          stripe_account &&
          leaving &&
          html`<details class="ask">
            <summary>Disconnect…</summary>
            <div>
              <${Effect} marketplace=${marketplace} account=${stripe_account} leaving=${leaving} />
              <${Form} action=${`${connectPath(marketplace)}/destroy`} session=${access.session} button="Disconnect from Stripe" danger />
            </div>
          </details>`
        }
      </div>
    </section>
  `;
}

const AT_STRIPE: Record<AtStripe, string> = {
  revoked: "ends the access that the Vendor gave to their Stripe account;",
  used_by_another_marketplace:
    "leaves the access to the Stripe account as it is, because another Marketplace of the same platform account uses it;",
  made_by_us:
    "leaves the account where it is: it was made for this Marketplace, and `Connect to Stripe` takes it up again;",
  no_client_id:
    "cannot end the access at Stripe, for want of a Connect client id: do that in Stripe's dashboard, too;",
};

/** What disconnecting does. */
const Effect = ({
  marketplace,
  account,
  leaving: { atStripe, pending },
}: {
  marketplace: Marketplace;
  account: string;
  leaving: Leaving;
}): VNode => html`
  ${
    pending.length > 0 &&
    html`<p><strong class="bad">${pending.length} ${pending.length === 1 ? "Order is" : "Orders are"} not settled with the Vendor yet.</strong> The Vendor's part of these is sent or taken back once the same account is connected again.</p>
      <ul class="rows">
        ${pending.slice(0, MAX_LISTED).map(
          (order) => html`<li>
            <span><${OrderLink} id=${order.id} href=${orderPath(marketplace, order.id)} /> ${ORDER_WORDS[order.status][0]}${order.status === "paid" && html`; payment split: ${SPLIT_WORDS[splitOf(order).status][0]}`}</span>
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
    <li>removes the Space's webhook endpoints at Stripe, once no Marketplace and no open Order needs them.</li>
  </ul>
`;

const MAX_LISTED = 10;
