import * as v from "valibot";
import { type Callback, findCallback } from "../callbacks/callback.ts";
import { basisOf, type Checks, findChecks } from "../doctor/kept_checks.ts";
import { ChecksJson, presentChecks } from "../doctor/present_checks.ts";
import { IsoTime } from "../http/answer_fields.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { marketplaceInPath } from "../marketplaces/marketplace_in_path.ts";
import { MarketplaceJson, presentMarketplace } from "../marketplaces/present_marketplace.ts";
import { representativesOf } from "../members/change_representatives.ts";
import { disconnectPreview, type Leaving } from "../stripe_account/disconnect_preview.ts";
import { type RecentEvents, recentEventsOf } from "../stripe_events/recent_events_of.ts";
import { findRegistered } from "../stripe_webhook_endpoints/registered_endpoints.ts";
import {
  callbackPath,
  checksPath,
  forwardUrl,
  marketplaceEventsPath,
  marketplacePath,
  ordersPath,
  spacePath,
  statementsPath,
  utilityEditPath,
} from "../urls.ts";
import { findUtilityOfSpace } from "../utilities/find_utility_of_space.ts";
import type { StripeUtility } from "../utilities/stripe_utility.ts";
import { CallbackSection } from "./callback_section.ts";
import { ConnectionSection } from "./connection_section.ts";
import { DoctorSection } from "./doctor_section.ts";
import { Field, Form, FormTrouble, withoutWebhookSecret } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { ListenLine } from "./listen_line.ts";
import { MailsSection } from "./mails_section.ts";
import type { PageContext, View } from "./route.ts";
import { Time } from "./time.ts";

type Facts = {
  marketplace: Marketplace;
  /** Whose key the Space's Utility holds, where that is known. */
  platformAccount: string | undefined;
  representatives: string[];
  recent: RecentEvents;
  checks: Checks | undefined;
  leaving: Leaving | undefined;
  keyPage: string | undefined;
  /** Undefined, too, for who may not see it. */
  callback: Callback | undefined;
};

/** A Marketplace as programs read it: as its page shows it. */
export type WholeMarketplaceJson = v.InferOutput<typeof WholeMarketplaceJson>;
export const WholeMarketplaceJson = v.object({
  ...MarketplaceJson.entries,
  webhook_secrets: v.pipe(
    v.array(v.object({ secret: v.string(), last_verified_at: v.nullable(IsoTime) })),
    v.description("When each, masked, last verified an event."),
  ),
  representatives: v.array(v.string()),
  last_event: v.nullable(v.object({ id: v.string(), type: v.string(), received_at: IsoTime })),
  ...ChecksJson.entries,
});

/** Of our own tables alone: Stripe is asked by the button, and every hour. */
export async function showMarketplace(visit: PageContext): Promise<View> {
  const marketplace = await marketplaceInPath(visit);
  const { space } = marketplace;
  const [utilityOfSpace, { version }, representatives, recent, found] = await Promise.all([
    findUtilityOfSpace(space),
    findRegistered(space),
    representativesOf(marketplace),
    recentEventsOf(marketplace),
    visit.access.role === "representative" ? undefined : findCallback(marketplace),
  ]);
  // Without a key it is as good as none.
  const utility = utilityOfSpace?.api_token ? utilityOfSpace : undefined;
  const [checks, leaving] = await Promise.all([
    findChecks(marketplace, basisOf(marketplace, utility, version)),
    marketplace.stripe_account ? disconnectPreview(marketplace, utility) : undefined,
  ]);
  const { last, verified } = recent;
  const platformAccount = utility?.stripe_platform_account;
  const json: WholeMarketplaceJson = {
    ...presentMarketplace(marketplace),
    webhook_secrets: verified,
    representatives,
    last_event: last ? { id: last.id, type: last.type, received_at: last.received_at } : null,
    ...presentChecks(checks),
  };
  const keyPage = utility ? undefined : keyPageOf(space, utilityOfSpace);
  const facts = {
    marketplace,
    platformAccount,
    representatives,
    recent,
    checks,
    leaving,
    keyPage,
    callback: found?.callback,
  };
  return { title: marketplace.name, body: marketplacePage(facts, visit), marketplace, tab: "settings", json };
}

/** Where a member saves the Space's key: on its Utility's page, or first makes a Utility, on the Space's. */
const keyPageOf = (space: string, utility: StripeUtility | undefined): string =>
  utility ? utilityEditPath(space, utility.utility) : `${spacePath(space)}#utilities`;

/** A Marketplace's settings. A representative connects it, and sees the rest; members change it. */
function marketplacePage(
  {
    marketplace,
    platformAccount,
    representatives,
    recent: { last, verified },
    checks,
    leaving,
    keyPage,
    callback,
  }: Facts,
  { access, formState }: PageContext,
): VNode {
  const action = marketplacePath(marketplace);
  const isMember = access.role !== "representative";
  const form = { action, session: access.session, formState };
  return html`
    <${FormTrouble} formState=${formState} fields=${["retire_webhook_secret", "remove_representative", "remove_order_notification", "shop_mails_buyer"]} />
    <${ConnectionSection} marketplace=${marketplace} last=${last} leaving=${leaving} keyPage=${keyPage} access=${access} />
    <section aria-labelledby="sold">
      <h2 id="sold">${isMember ? "Orders and events" : "Orders"}</h2>
      <p>What was sold: the <a href=${ordersPath(marketplace)}>Orders</a>.</p>
      <p>What of it is the Vendor's, was sent and is on hold, month by month: the <a href=${statementsPath(marketplace)}>statements</a>.</p>
      ${isMember && html`<p>What Stripe has told, and what became of it: the <a href=${marketplaceEventsPath(marketplace)}>event log</a>.</p>`}
    </section>
    <section aria-labelledby="forward">
      <h2 id="forward">Forward events to</h2>
      <pre tabindex="0">${forwardUrl(marketplace)}</pre>
      <${ListenLine} url=${forwardUrl(marketplace)} platformAccount=${platformAccount} target=${`--marketplace ${marketplace.marketplace}`} />
    </section>
    <section aria-labelledby="secrets">
      <h2 id="secrets">Webhook secrets</h2>
      ${verified.length === 0 && !isMember && html`<p>There are none.</p>`}
      <ul class="rows">
        ${verified.map(
          ({ secret, last_verified_at }) => html`<li>
          <span>
            <code>${secret}</code>${" "}
            <span class="soft">${last_verified_at ? html`last verified an event <${Time} at=${last_verified_at} />` : "verified no event lately"}</span>
          </span>
          ${
            isMember &&
            html`<${Form} ...${form} button="Retire" label=${`Retire ${secret}`} quiet>
            <input type="hidden" name="retire_webhook_secret" value=${secret} />
          <//>`
          }
        </li>`,
        )}
      </ul>
      ${
        isMember &&
        html`<${Form} ...${form} button="Add secret">
        <${Field} name="add_webhook_secret" label="Webhook signing secret" formState=${withoutWebhookSecret(formState)} hint="whsec_…" />
      <//>`
      }
    </section>
    <section aria-labelledby="representatives">
      <h2 id="representatives">Vendor's representatives</h2>
      <ul class="rows">
        ${representatives.map(
          (email) => html`<li>
          <span>${email}</span>
          ${
            isMember &&
            html`<${Form} ...${form} button="Remove" label=${`Remove ${email}`} quiet>
            <input type="hidden" name="remove_representative" value=${email} />
          <//>`
          }
        </li>`,
        )}
      </ul>
      ${
        isMember &&
        html`<${Form} ...${form} button="Let in">
        <${Field} name="add_representative" type="email" label="Email address" formState=${formState}
          hint="They connect this Marketplace, and see its Orders" />
      <//>`
      }
    </section>
    ${
      isMember &&
      html`<${CallbackSection} of="this Marketplace's Orders" page=${callbackPath(marketplace)} callback=${callback} />`
    }
    <${MailsSection} marketplace=${marketplace} access=${access} formState=${formState} />
    <${DoctorSection} checks=${checks} action=${checksPath(marketplace)} session=${access.session} />
  `;
}
