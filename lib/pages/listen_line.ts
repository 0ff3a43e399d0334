import { configuration } from "../configuration.ts";
import { listenLine, STRIPE_CLI } from "../marketplaces/listen_line.ts";
import { html, type VNode } from "./html.ts";

type Facts = {
  /** Where the events are forwarded to. */
  url: string;
  platformAccount: string | undefined;
  /** What `npm run listen` calls it. */
  target: string;
};

/** The `stripe listen` line, and where it has the Space's key from: the key itself is on no page. */
export function ListenLine({ url, platformAccount, target }: Facts): VNode {
  return html`
    <p>With the Stripe CLI:</p>
    <pre tabindex="0">${listenLine(url, platformAccount)}</pre>
    <p class="hint">It prints a webhook signing secret: add it below. ${keyHint(target, platformAccount)}</p>
  `;
}

function keyHint(target: string, platformAccount: string | undefined): VNode {
  if (!configuration.stripeApiBase)
    return html`It uses the key of the Space's Stripe account: run <code>${STRIPE_CLI} login</code> first, or put the key into <code>STRIPE_API_KEY</code>.`;
  return platformAccount
    ? html`The key of the Space's account, <code>${platformAccount}</code>, comes from the Stripe simulator. In the demo, <code>npm run listen -- ${target}</code> does all of this.`
    : html`Save the Space's key in its Stripe Utility first: then the line gets it from the Stripe simulator.`;
}
