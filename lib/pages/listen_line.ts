import { configuration } from "../configuration.ts";
import { listenLine, STRIPE_CLI } from "../marketplaces/listen_line.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { html, type VNode } from "./html.ts";

type Facts = { marketplace: Marketplace; platformAccount: string | undefined };

/** The `stripe listen` line, and where it has the Space's key from: the key itself is on no page. */
export function ListenLine({ marketplace, platformAccount }: Facts): VNode {
  return html`
    <p>With the Stripe CLI:</p>
    <pre tabindex="0">${listenLine(marketplace, platformAccount)}</pre>
    <p class="hint">${keyHint(marketplace, platformAccount)} It prints a webhook signing secret, which belongs below.</p>
  `;
}

function keyHint({ marketplace }: Marketplace, platformAccount: string | undefined): VNode {
  if (!configuration.stripeApiBase)
    return html`It goes by the key of the Space's Stripe account: run <code>${STRIPE_CLI} login</code> first, or put the key into <code>STRIPE_API_KEY</code>.`;
  return platformAccount
    ? html`It asks the Stripe simulator for the key of the Space's account, <code>${platformAccount}</code>. For a Marketplace of the demo, <code>npm run listen -- --marketplace ${marketplace}</code> does this, and what is below.`
    : html`Save the Space's key in its Stripe Utility first: then the line asks the Stripe simulator for it.`;
}
