import { findCallback } from "../callbacks/callback.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { marketplaceInPath } from "../marketplaces/marketplace_in_path.ts";
import { representativesOf } from "../members/change_representatives.ts";
import { disconnectPreview } from "../stripe_account/disconnect_preview.ts";
import { type RecentEvents, recentEventsOf } from "../stripe_events/recent_events_of.ts";
import { callbackPath, checksPath, forwardUrl, marketplacePath } from "../urls.ts";
import { Breakable } from "./breakable.ts";
import { CallbackSection } from "./callback_section.ts";
import { ChecksSection } from "./checks_section.ts";
import { ConnectionSection } from "./connection_section.ts";
import { AskFirst, Field, Form, FormTrouble, withoutWebhookSecret } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { ListenLine } from "./listen_line.ts";
import { MailsSection } from "./mails_section.ts";
import type { LazyView, PageContext } from "./route.ts";
import { Time } from "./time.ts";
import { type MarketplaceFacts, presentWholeMarketplace, readMarketplaceFacts } from "./whole_marketplace.ts";

/** A Marketplace's connection and mails; for members also who represents its Vendor, and what developers want. */
export async function showMarketplaceSettings(visit: PageContext): Promise<LazyView> {
  const marketplace = await marketplaceInPath(visit);
  const { role } = visit.access;
  const isMember = role !== "representative";
  return {
    page: async () => {
      const facts = await readMarketplaceFacts(marketplace);
      return {
        title: isMember ? "Settings" : "Connection",
        body: await (isMember ? membersPage : representativesPage)(marketplace, facts, visit),
        marketplace,
        tab: "settings",
      };
    },
    json: () => presentWholeMarketplace(marketplace, role),
  };
}

const leavingOf = async (marketplace: Marketplace, { utility }: MarketplaceFacts) =>
  marketplace.stripe_account ? await disconnectPreview(marketplace, utility) : undefined;

async function representativesPage(
  marketplace: Marketplace,
  facts: MarketplaceFacts,
  { access, formState }: PageContext,
): Promise<VNode> {
  const leaving = await leavingOf(marketplace, facts);
  return html`
    <${FormTrouble} formState=${formState} />
    <${ConnectionSection} marketplace=${marketplace} keyPage=${facts.keyPage} leaving=${leaving} access=${access} />
    <${MailsSection} marketplace=${marketplace} access=${access} formState=${formState} />
  `;
}

/** Fields of forms that nobody types into. */
const UNSEEN = [
  "retire_webhook_secret",
  "remove_representative",
  "remove_order_notification",
  "shop_mails_buyer",
];

async function membersPage(
  marketplace: Marketplace,
  facts: MarketplaceFacts,
  { access, formState }: PageContext,
): Promise<VNode> {
  const [leaving, recent, representatives, found] = await Promise.all([
    leavingOf(marketplace, facts),
    recentEventsOf(marketplace),
    representativesOf(marketplace),
    findCallback(marketplace),
  ]);
  const form = { action: marketplacePath(marketplace), session: access.session };
  return html`
    <${FormTrouble} formState=${formState} fields=${UNSEEN} />
    <${ConnectionSection} marketplace=${marketplace} keyPage=${facts.keyPage} last=${recent.last} leaving=${leaving} access=${access} />
    <section aria-labelledby="representatives">
      <h2 id="representatives">Vendor's representatives</h2>
      <p>They connect this Marketplace, and see its Orders and statements.</p>
      <ul class="rows">
        ${representatives.map(
          (email) => html`<li>
            <span><${Breakable} text=${email} /></span>
            <${AskFirst} ...${form} button="Remove" of=${email} says="They no longer see this Marketplace.">
              <input type="hidden" name="remove_representative" value=${email} />
            <//>
          </li>`,
        )}
      </ul>
      <${Form} ...${form} button="Invite" quiet>
        <${Field} name="add_representative" type="email" label="Email address" formState=${formState} />
      <//>
    </section>
    <${MailsSection} marketplace=${marketplace} access=${access} formState=${formState} />
    <${CallbackSection} of="this Marketplace's Orders" page=${callbackPath(marketplace)} callback=${found?.callback} />
    <${ForDevelopers} marketplace=${marketplace} facts=${facts} verified=${recent.verified} form=${{ ...form, formState }} />
    <${ChecksSection} checks=${facts.checks} action=${checksPath(marketplace)} session=${access.session} />
  `;
}

type FormFacts = {
  action: string;
  session: PageContext["access"]["session"];
  formState: PageContext["formState"];
};

/** How events come to a laptop: where they are forwarded to, by which command, and what verifies them. */
const ForDevelopers = ({
  marketplace,
  facts: { utility },
  verified,
  form: { formState, ...form },
}: {
  marketplace: Marketplace;
  facts: MarketplaceFacts;
  verified: RecentEvents["verified"];
  form: FormFacts;
}): VNode => html`
  <section aria-labelledby="developers">
    <h2 id="developers">For developers</h2>
    <h3 id="forward">Forward events to</h3>
    <pre tabindex="0" aria-labelledby="forward">${forwardUrl(marketplace)}</pre>
    <${ListenLine} url=${forwardUrl(marketplace)} platformAccount=${utility?.stripe_platform_account} target=${`--marketplace ${marketplace.marketplace}`} />
    <h3>Webhook secrets</h3>
    <ul class="rows">
      ${verified.map(
        ({ secret, last_verified_at }) => html`<li>
          <span>
            <code>${secret}</code>${" "}
            <span class="soft">${last_verified_at ? html`last verified an event <${Time} at=${last_verified_at} />` : "verified no event lately"}</span>
          </span>
          <${AskFirst} ...${form} button="Retire" of=${secret} says="What is signed with it is refused from then on.">
            <input type="hidden" name="retire_webhook_secret" value=${secret} />
          <//>
        </li>`,
      )}
    </ul>
    <${Form} ...${form} button="Add secret" quiet>
      <${Field} name="add_webhook_secret" label="Webhook signing secret" formState=${withoutWebhookSecret(formState)} hint="whsec_…" />
    <//>
  </section>
`;
