import { type Callback, findCallback } from "../callbacks/callback.ts";
import { presentSpace } from "../overview/present_space.ts";
import { readSpace, type WholeSpace } from "../overview/read_space.ts";
import { callbackPath, erasuresPath, spaceForwardUrl, spacePath } from "../urls.ts";
import { CallbackSection } from "./callback_section.ts";
import { Choice, Field, Form, FormTrouble, withoutWebhookSecret } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { ListenLine } from "./listen_line.ts";
import type { LazyView, PageContext } from "./route.ts";
import { Time } from "./time.ts";

/** What a Space is hooked up to, and who is let in. */
export async function showSpaceSettings(visit: PageContext): Promise<LazyView> {
  const { space } = visit.access;
  const whole = await readSpace(space);
  return {
    page: async () => {
      const found = await findCallback({ space });
      return { title: "Settings", body: settingsPage(whole, found?.callback, visit), tab: "settings" };
    },
    json: async () => presentSpace(whole),
  };
}

const SCOPES = [
  ["sell", "Sell: place Orders and read them, as a shop's server does"],
  ["manage", "Manage: that, the event log, and the settings, but for what takes a person"],
];

function settingsPage(
  { space, utilities, members, apiKeys, audit }: WholeSpace,
  callback: Callback | undefined,
  { access, formState, notice }: PageContext,
): VNode {
  const { session } = access;
  const base = spacePath(space.space);
  return html`
    ${
      notice?.api_key &&
      html`<section class="notice" aria-labelledby="new-key">
        <h2 id="new-key">The new API key</h2>
        <p>Copy it now: it is shown this once.</p>
        <pre tabindex="0">${notice.api_key}</pre>
      </section>`
    }
    <${FormTrouble} formState=${formState} fields=${["id", "version", "retire_webhook_secret"]} />
    <section aria-labelledby="utilities">
      <h2 id="utilities">Utilities</h2>
      <ul class="rows">
        ${utilities.map(
          ({ utility, name, api_token_masked }) => html`<li>
            <a href=${`${base}/utilities/${utility}/edit`}>${name}</a>
            <span class="soft">${api_token_masked ?? "no key yet"}</span>
          </li>`,
        )}
      </ul>
      ${
        utilities.length === 0 &&
        html`<${Form} action=${`${base}/utilities`} session=${session} button="Add Stripe Utility">
          <${Field} id="utility-name" name="utility_name" label="Name of a Stripe Utility" value="Stripe" formState=${formState} />
        <//>`
      }
    </section>
    <section aria-labelledby="members">
      <h2 id="members">Members</h2>
      <ul class="rows">
        ${members.map(
          ({ email }) => html`<li>
            <span>${email}</span>
            <${Form} action=${`${base}/members/destroy`} session=${session} button="Remove" label=${`Remove ${email}`} quiet>
              <input type="hidden" name="email" value=${email} />
            <//>
          </li>`,
        )}
      </ul>
      <${Form} action=${`${base}/members`} session=${session} button="Let in">
        <${Field} name="email" type="email" label="Email address" formState=${formState} hint="They sign in with it" />
      <//>
    </section>
    <section aria-labelledby="api-keys">
      <h2 id="api-keys">API keys</h2>
      ${
        apiKeys.some(({ madeBeforeScopes }) => madeBeforeScopes) &&
        html`<p>
          Before there were two kinds, these were made:${" "}
          ${apiKeys
            .filter(({ madeBeforeScopes }) => madeBeforeScopes)
            .map(({ name }) => name)
            .join(
              ", ",
            )}. They may manage. Where a shop's server has one, make it one that may sell, and remove the old.
        </p>`
      }
      <ul class="rows">
        ${apiKeys.map(
          ({ id, name, scope }) => html`<li>
            <span>${name} <span class="soft">may ${scope}</span></span>
            <${Form} action=${`${base}/api_keys/destroy`} session=${session} button="Remove" label=${`Remove the API key ${name}`} quiet>
              <input type="hidden" name="id" value=${id} />
            <//>
          </li>`,
        )}
      </ul>
      <${Form} action=${`${base}/api_keys`} session=${session} button="Make API key">
        <${Field} id="api-key-name" name="api_key_name" label="What it is for" formState=${formState} />
        <${Choice} name="scope" label="What it may" formState=${formState} choices=${SCOPES} />
      <//>
    </section>
    <${CallbackSection} of="all Orders" page=${callbackPath(space)} callback=${callback} />
    <section aria-labelledby="forward">
      <h2 id="forward">Forward events to</h2>
      <p>The events of the Space's account and of all its Vendors', beside the webhook endpoints that are registered at Stripe:</p>
      <pre tabindex="0">${spaceForwardUrl(space.space)}</pre>
      <${ListenLine} url=${spaceForwardUrl(space.space)} platformAccount=${utilities[0]?.stripe_platform_account} target=${`--space ${space.space}`} />
      <ul class="rows">
        ${space.added_webhook_secret_masked.map(
          (secret) => html`<li>
            <code>${secret}</code>
            <${Form} action=${`${base}/webhook_secrets`} session=${session} button="Retire" label=${`Retire ${secret}`} quiet>
              <input type="hidden" name="retire_webhook_secret" value=${secret} />
            <//>
          </li>`,
        )}
      </ul>
      <${Form} action=${`${base}/webhook_secrets`} session=${session} button="Add secret">
        <${Field} name="add_webhook_secret" label="Webhook signing secret" formState=${withoutWebhookSecret(formState)} hint="whsec_…" />
      <//>
    </section>
    <section aria-labelledby="domain">
      <h2 id="domain">Branded domain</h2>
      ${
        access.role === "operator"
          ? html`<${Form} action=${base} session=${session} button="Save domain">
              <input type="hidden" name="version" value=${String(space.version)} />
              <${Field} name="branded_domain" label="Host" formState=${formState} value=${space.branded_domain ?? ""}
                hint=${`On this host the Space answers without ${base}. Leave it empty for none.`} />
            <//>`
          : html`<p>${space.branded_domain ?? "There is none. An operator can set one."}</p>`
      }
    </section>
    <section aria-labelledby="erasures">
      <h2 id="erasures">Buyers</h2>
      <p>Who a buyer was can be erased, where they ask for it: <a href=${erasuresPath(space.space)}>erasures</a>.</p>
    </section>
    <section aria-labelledby="audit">
      <h2 id="audit">Who did what</h2>
      <ul class="rows">
        ${audit.map(
          ({ at, actor, what }) => html`<li>
            <span>${actor} ${what}</span>
            <span class="soft"><${Time} at=${at} /></span>
          </li>`,
        )}
      </ul>
    </section>
  `;
}
