import { html } from "hono/html";
import type Stripe from "stripe";
import type { Transition } from "../accounts/onboarding.ts";
import { type ClientId, clientIdsOf } from "../oauth/client_ids.ts";
import { getAccount } from "../state/accounts.ts";
import { connectedAccounts, connectedModes } from "../state/connections.ts";
import type { Simulator } from "../state/simulator.ts";
import { accountTitle, type Html } from "./layout.ts";

/** A platform's Connect settings and connected accounts. */
export const connectPart = (simulator: Simulator, platform: string): Html =>
  html`${clientIdsOf(simulator, platform).map(clientIdPart)} ${connectedPart(simulator, platform)}`;

const clientIdPart = ({ id, livemode, redirect_uris }: ClientId) => {
  const mode = livemode ? "live mode" : "test mode";
  return html`<div class="part">
    <h4>OAuth, ${mode}: <code>${id}</code></h4>
    ${redirect_uris.length === 0 && html`<p class="soft">No redirect URI is registered.</p>`}
    <ul>
      ${redirect_uris.map(
        (uri) => html`<li><code>${uri}</code>
          ${redirectUriForm(
            id,
            html`<input type="hidden" name="redirect_uri" value="${uri}" />
            <button class="quiet" name="do" value="remove" aria-label="Remove ${uri}">Remove</button>`,
          )}</li>`,
      )}
    </ul>
    ${redirectUriForm(
      id,
      html`<label for="uri-${id}">Redirect URI for ${mode}</label>
        <span class="beside"><input id="uri-${id}" name="redirect_uri" type="url" required />
          <button class="quiet" name="do" value="add">Add redirect URI</button></span>`,
    )}
  </div>`;
};

const redirectUriForm = (client: string, content: Html) => html`
  <form method="post" action="/dashboard/redirect_uris">
    <input type="hidden" name="client_id" value="${client}" />${content}
  </form>
`;

function connectedPart(simulator: Simulator, platform: string): Html {
  const accounts = connectedAccounts(simulator, platform).map((id) => getAccount(simulator, id));
  if (accounts.length === 0) return html``;
  return html`<div class="part">
    <h4>Connected accounts</h4>
    <ul>
      ${accounts.map((account) => connectedItem(simulator, platform, account))}
    </ul>
  </div>`;
}

const TRANSITIONS: [Transition, string][] = [
  ["complete", "Complete"],
  ["want_more", "Require a document"],
  ["pend", "Hold for review"],
  ["restrict", "Restrict"],
  ["reject", "Reject"],
];

function connectedItem(simulator: Simulator, platform: string, account: Stripe.Account): Html {
  const title = accountTitle(account);
  const modes = connectedModes(simulator, account.id, platform).map((live) => (live ? "live" : "test"));
  const label = (what: string) => `${what} ${title} (${account.id})`;
  return html`<li>
    ${title} <code>${account.id}</code> <span class="soft">${modes.join(" and ")} mode, ${stateOf(account)}</span>
    <form method="post" action="/dashboard/accounts/${account.id}/onboarding">
      ${TRANSITIONS.map(
        ([transition, what]) =>
          html`<button class="quiet" name="do" value="${transition}" aria-label="${label(what)}">${what}</button>`,
      )}
    </form>
    <form method="post" action="/dashboard/accounts/${account.id}/deauthorize">
      <input type="hidden" name="platform" value="${platform}" />
      <button class="quiet" aria-label="${label("Remove platform from")}">Remove platform</button>
    </form>
  </li>`;
}

function stateOf({
  details_submitted,
  requirements,
  charges_enabled,
  payouts_enabled,
}: Stripe.Account): string {
  if (requirements?.disabled_reason?.startsWith("rejected.")) return "rejected";
  if (!details_submitted) return "not onboarded";
  if (requirements?.pending_verification?.length) return "under review";
  if (!charges_enabled || !payouts_enabled) return "restricted";
  return requirements?.currently_due?.length ? "enabled, document required" : "enabled";
}
