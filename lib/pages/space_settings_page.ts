import { type Callback, findCallback } from "../callbacks/callback.ts";
import { presentSpace } from "../overview/present_space.ts";
import { readSpace, type WholeSpace } from "../overview/read_space.ts";
import { callbackPath, erasuresPath, spaceForwardUrl, spacePath, utilityEditPath } from "../urls.ts";
import { Breakable } from "./breakable.ts";
import { CallbackSection } from "./callback_section.ts";
import { AskFirst, Choice, Field, Form, type FormState, FormTrouble, withoutWebhookSecret } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { ListenLine } from "./listen_line.ts";
import type { LazyView, PageContext } from "./route.ts";
import { Status } from "./status.ts";
import { Table } from "./table.ts";
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

const SCOPES: [value: string, label: string][] = [
  ["sell", "Sell: place Orders and read them, as a shop's server does"],
  ["manage", "Manage: that, the event log and the settings, except what only a person may do"],
];
const MAY: Record<WholeSpace["apiKeys"][number]["scope"], string> = { sell: "Sell", manage: "Manage" };

function settingsPage(
  whole: WholeSpace,
  callback: Callback | undefined,
  { access, formState, notice }: PageContext,
): VNode {
  const { space, utilities, members, audit } = whole;
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
      <h2 id="utilities">Stripe Utility</h2>
      ${
        utilities.length > 0
          ? html`<${Table} caption="The Stripe Utility" columns=${["Name", "Stripe secret key", "Stripe account"]}
              rows=${utilities.map(
                ({
                  utility,
                  name,
                  api_token_masked,
                  stripe_platform_account,
                  stripe_platform_account_name,
                }) => [
                  html`<a href=${utilityEditPath(space.space, utility)}>${name}</a>`,
                  api_token_masked
                    ? html`<code>${api_token_masked}</code>`
                    : html`<${Status} words=${["No key yet", "bad"]} />`,
                  stripe_platform_account &&
                    html`${stripe_platform_account_name} <code class="soft">${stripe_platform_account}</code>`,
                ],
              )} />`
          : html`<p class="soft">It holds the secret key of the Space's Stripe account, which all of its Marketplaces sell with.</p>
              <${Form} action=${`${base}/utilities`} session=${session} button="Add Stripe Utility">
                <${Field} id="utility-name" name="utility_name" label="Name of a Stripe Utility" value="Stripe" formState=${formState} />
              <//>`
      }
    </section>
    <section aria-labelledby="members">
      <h2 id="members">Members</h2>
      <p class="soft">A member manages the Space: its settings, its Marketplaces and its money.</p>
      ${
        members.length > 0 &&
        html`<${Table} caption="Members" columns=${["Email address", { label: "Actions", amount: true }]}
          rows=${members.map(({ email }) => [
            html`<${Breakable} text=${email} />`,
            html`<${AskFirst} action=${`${base}/members/destroy`} session=${session} button="Remove" of=${email}
              says=${`${email} can no longer open this Space, from now on. What they did stays in its Activity.`}>
              <input type="hidden" name="email" value=${email} />
            <//>`,
          ])} />`
      }
      <${Form} action=${`${base}/members`} session=${session} button="Invite" quiet>
        <${Field} name="email" type="email" label="Email address" formState=${formState} hint="They sign in with it" />
      <//>
    </section>
    <${ApiKeysSection} whole=${whole} session=${session} formState=${formState} />
    <${CallbackSection} of="all Orders" page=${callbackPath({ space: space.space })} callback=${callback} />
    <section aria-labelledby="domain">
      <h2 id="domain">Branded domain</h2>
      ${
        access.role === "operator"
          ? html`<${Form} action=${base} session=${session} button="Save domain" quiet>
              <input type="hidden" name="version" value=${String(space.version)} />
              <${Field} name="branded_domain" label="Host" formState=${formState} value=${space.branded_domain ?? ""}
                hint=${`On this host the Space answers without ${base}. Leave it empty for none.`} />
            <//>`
          : html`<p>${space.branded_domain ?? "None. An operator can set one."}</p>`
      }
    </section>
    <section aria-labelledby="erasures">
      <h2 id="erasures">Buyers</h2>
      <p>A buyer who asks for it can be erased from this Space: <a href=${erasuresPath(space.space)}>Erase a buyer…</a></p>
    </section>
    <${DevelopersSection} whole=${whole} session=${session} formState=${formState} />
    <section aria-labelledby="activity">
      <h2 id="activity">Activity</h2>
      ${
        audit.length > 0
          ? html`<${Table} caption="Who did what, the newest first" columns=${["Who", "What", { label: "When", amount: true }]}
              rows=${audit.map(({ at, actor, what }) => [actor, what, html`<${Time} at=${at} ago />`])} />`
          : html`<p class="soft">What people change in this Space is listed here.</p>`
      }
    </section>
  `;
}

type Section = { whole: WholeSpace; session: PageContext["access"]["session"]; formState: FormState };

const ApiKeysSection = ({ whole: { space, apiKeys }, session, formState }: Section): VNode => {
  const old = apiKeys.filter(({ madeBeforeScopes }) => madeBeforeScopes);
  const action = `${spacePath(space.space)}/api_keys`;
  return html`
    <section aria-labelledby="api-keys">
      <h2 id="api-keys">API keys</h2>
      <p class="soft">For programs, such as a shop's server.</p>
      ${
        old.length > 0 &&
        html`<p>
          Created before there were two kinds: ${old.map(({ name }) => name).join(", ")}. They may manage. Where a shop's
          server has one, create it one that may sell, and remove the old one.
        </p>`
      }
      ${
        apiKeys.length > 0 &&
        html`<${Table} caption="API keys" columns=${["Key name", "May", { label: "Actions", amount: true }]}
          rows=${apiKeys.map(({ id, name, scope }) => [
            name,
            MAY[scope],
            html`<${AskFirst} action=${`${action}/destroy`} session=${session} button="Remove" of=${`the API key ${name}`}
              says="Programs that use this key are refused from now on. It cannot be had back.">
              <input type="hidden" name="id" value=${id} />
            <//>`,
          ])} />`
      }
      <${Form} action=${action} session=${session} button="Create API key" quiet>
        <${Field} id="api-key-name" name="api_key_name" label="Key name" formState=${formState} />
        <${Choice} name="scope" label="What it may do" formState=${formState} choices=${SCOPES} />
      <//>
    </section>
  `;
};

const DevelopersSection = ({ whole: { space, utilities }, session, formState }: Section): VNode => {
  const url = spaceForwardUrl(space.space);
  const action = `${spacePath(space.space)}/webhook_secrets`;
  return html`
    <section aria-labelledby="developers">
      <h2 id="developers">For developers</h2>
      <p>The Stripe CLI can forward the events of the Space's account, and of all its Vendors', to:</p>
      <pre tabindex="0">${url}</pre>
      <${ListenLine} url=${url} platformAccount=${utilities[0]?.stripe_platform_account} target=${`--space ${space.space}`} />
      ${
        space.added_webhook_secret_masked.length > 0 &&
        html`<${Table} caption="Webhook signing secrets" columns=${["Webhook signing secret", { label: "Actions", amount: true }]}
          rows=${space.added_webhook_secret_masked.map((secret) => [
            html`<code>${secret}</code>`,
            html`<${AskFirst} action=${action} session=${session} button="Retire" of=${secret}
              says="Events that are signed with it are refused from now on.">
              <input type="hidden" name="retire_webhook_secret" value=${secret} />
            <//>`,
          ])} />`
      }
      <${Form} action=${action} session=${session} button="Add secret" quiet>
        <${Field} name="add_webhook_secret" label="Webhook signing secret" formState=${withoutWebhookSecret(formState)} hint="whsec_…" />
      <//>
    </section>
  `;
};
