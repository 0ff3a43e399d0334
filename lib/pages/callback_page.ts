import { type CallbackOwner, callbackOwner } from "../callbacks/callback_owner.ts";
import type { DeliveryJson, DeliveryStatus } from "../callbacks/delivery.ts";
import { type CallbackJson, presentCallback } from "../callbacks/present_callback.ts";
import { paginationOf } from "../http/pagination.ts";
import { listMarketplaces } from "../marketplaces/list_marketplaces.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { callbackDeliveriesPath, callbackPath, orderPath } from "../urls.ts";
import { AskFirst, Field, Form, FormTrouble } from "./form.ts";
import { type ComponentChildren, html, type VNode } from "./html.ts";
import { Pager } from "./pager.ts";
import type { LazyView, PageContext } from "./route.ts";
import { Status, type Words } from "./status.ts";
import { Table } from "./table.ts";
import { Time } from "./time.ts";

/** The callback of the Marketplace in the path, or of the Space. */
export async function showCallback(visit: PageContext): Promise<LazyView> {
  const owner = await callbackOwner(visit);
  const callback = await presentCallback(owner, paginationOf(visit.request));
  return {
    page: async () => ({
      title: "Callback",
      marketplace: marketplaceOf(owner),
      tab: "settings",
      body: callbackPage(owner, callback, await listMarketplaces(owner.space), visit),
    }),
    json: async () => callback,
  };
}

const marketplaceOf = ({ space, room, marketplace, name }: CallbackOwner) =>
  room && marketplace ? { space, room, marketplace, name } : undefined;

/** Where a receiver is called, what signs the calls, and what became of each. */
function callbackPage(
  owner: CallbackOwner,
  callback: CallbackJson,
  marketplaces: Marketplace[],
  { access: { session }, formState, notice, request }: PageContext,
): VNode {
  const { url, callback_secrets: secrets, deliveries } = callback;
  const form = { action: callbackPath(owner), session };
  return html`
    ${
      notice?.callback_secret &&
      html`<section class="notice" aria-labelledby="new-secret">
        <h2 id="new-secret">The new callback secret</h2>
        <p>Copy it now, to where your server verifies what is sent to it: it is shown this once.</p>
        <pre tabindex="0">${notice.callback_secret}</pre>
      </section>`
    }
    <${FormTrouble} formState=${formState} fields=${["body", "add_callback_secret", "retire_callback_secret", "remove"]} />
    <${State} callback=${callback} />
    <section aria-labelledby="callback">
      <h2 id="callback">Receiver</h2>
      <p>
        A server of yours is told when an Order ${owner.marketplace ? "of this Marketplace" : "of any of the Space's Marketplaces"}${" "}
        is placed, is paid, could not be paid, is refunded or disputed, and when its Vendor's share was sent.
      </p>
      <${Form} ...${form} button=${url ? "Save URL" : "Set up callback"}>
        <${Field} name="url" label="URL" formState=${formState} value=${url ?? ""} hint="https://shop.example/callbacks" />
      <//>
      ${
        url &&
        html`<${AskFirst} ...${form} button="Remove callback" says="Nothing is sent there any more, and its secrets are gone.">
          <input type="hidden" name="remove" value="true" />
        <//>`
      }
    </section>
    ${
      url &&
      html`<section aria-labelledby="secrets">
        <h2 id="secrets">Callback secrets</h2>
        <p>
          Each call is signed with all of these, as Standard Webhooks says. To replace one, add another, let your server verify
          with it, then retire the old one.
        </p>
        <p class="hint">
          They begin with <code>whsec_</code> and are not Stripe's: Stripe's webhook signing secrets sign what Stripe sends here,
          and these what is sent from here.
        </p>
        <ul class="rows">
          ${secrets.map(
            ({ secret, made_at }) => html`<li>
              <span><code>${secret}</code> <span class="soft">created <${Time} at=${made_at} /></span></span>
              ${
                secrets.length > 1 &&
                html`<${AskFirst} ...${form} button="Retire" of=${secret} says="Calls are no longer signed with it.">
                  <input type="hidden" name="retire_callback_secret" value=${secret} />
                <//>`
              }
            </li>`,
          )}
        </ul>
        ${
          secrets.length < 2 &&
          html`<${Form} ...${form} button="Add secret" quiet>
            <input type="hidden" name="add_callback_secret" value="true" />
          <//>`
        }
      </section>`
    }
    ${
      (url || deliveries.data.length > 0) &&
      html`<section aria-labelledby="deliveries">
        <h2 id="deliveries">Deliveries</h2>
        ${
          url &&
          html`<p>A test belongs to no Order, and is sent and signed like everything else.</p>
            <${Form} action=${callbackDeliveriesPath(owner)} session=${session} button="Send a test" quiet />`
        }
        ${
          deliveries.data.length > 0 &&
          html`<${Table} caption="Deliveries, newest first" columns=${["Type", "Order", "Status", { label: "Time", amount: true }, { label: "", amount: true }]}
            rows=${deliveries.data.map((delivery) => deliveryRow(delivery, owner, marketplaces, session))} />`
        }
        <${Pager} request=${request} path=${callbackPath(owner)} next=${deliveries.next} />
      </section>`
    }
  `;
}

/** What is wrong with the callback as a whole. */
function State({ callback: { switched_off_at, failing_since } }: { callback: CallbackJson }): VNode | null {
  if (switched_off_at)
    return html`<section class="trouble" aria-labelledby="state">
      <h2 id="state">Switched off</h2>
      <p>
        On <${Time} at=${switched_off_at} /> the receiver answered 410, which asks that nothing more be sent there. What happens
        meanwhile is not told later. Save the URL again to call it again.
      </p>
    </section>`;
  if (failing_since)
    return html`<section class="trouble" aria-labelledby="state">
      <h2 id="state">Failing</h2>
      <p>No call has succeeded since <${Time} at=${failing_since} />. Each is tried for three days.</p>
    </section>`;
  return null;
}

const LABELS: Record<DeliveryStatus, Words> = {
  waiting: ["On its way", "waiting"],
  retrying: ["To be tried again", "waiting"],
  delivered: ["Delivered", "good"],
  dead: ["Given up", "bad"],
  replayed: ["Replayed", "soft"],
};

/** One fact that it was told, with each try. */
function deliveryRow(
  { id, type, order, marketplace, at, status, next_try_at, tries }: DeliveryJson,
  owner: CallbackOwner,
  marketplaces: Marketplace[],
  session: PageContext["access"]["session"],
): ComponentChildren[] {
  const of = marketplaces.find((each) => each.marketplace === marketplace);
  return [
    html`<strong>${type}</strong>`,
    of &&
      html`${order && html`<a href=${orderPath(of, order)}><code>${order}</code></a>`}${!owner.marketplace && html` <span class="soft">${of.name}</span>`}`,
    html`<span>
      <${Status} words=${LABELS[status]} />
      ${next_try_at && html` <span class="soft">next try <${Time} at=${next_try_at} /></span>`}
      ${
        tries.length > 0 &&
        html`<details>
          <summary>${tries.length === 1 ? "1 try" : `${tries.length} tries`}</summary>
          ${tries.map((each) => html`<span class="soft"><${Time} at=${each.at} />: ${tryWords(each)}, ${each.ms} ms</span><br />`)}
        </details>`
      }
    </span>`,
    html`<${Time} at=${at} />`,
    status !== "waiting" &&
      html`<${Form} action=${`${callbackDeliveriesPath(owner)}/${id}/replay`} session=${session} button="Replay" label=${`Replay ${type}${order ? ` of ${order}` : ""}`} quiet />`,
  ];
}

/** What stands for a code that says little by itself. */
const ERROR_WORDS = new Map([
  ["timeout", "no answer within 10 seconds"],
  ["address_refused", "the name leads to an address that is not on the Internet"],
  ["ENOTFOUND", "the name leads nowhere"],
  ["ECONNREFUSED", "nobody listens there"],
  ["ECONNRESET", "the connection was cut"],
]);

function tryWords({ status, error }: DeliveryJson["tries"][number]): string {
  if (status === null) return ERROR_WORDS.get(error ?? "") ?? error ?? "failed";
  return status >= 300 && status < 400 ? `${status}, and redirects are not followed` : String(status);
}
