import * as v from "valibot";
import { NotFound } from "../errors.ts";
import { json } from "../http/api.ts";
import type { Answer, Request } from "../http/request.ts";
import type { MarketplaceRef } from "../ids.ts";
import { subscriptionOf, unsubscribe } from "../mails/unsubscribe.ts";
import { unsubscribePath } from "../urls.ts";
import { document } from "./document.ts";
import { Form } from "./form.ts";
import { html } from "./html.ts";
import { type Negotiated, wantsHtml } from "./negotiate.ts";

/** Whether somebody gets a Marketplace's mails, as programs see it. */
export const SubscriptionJson = v.object({
  address: v.string(),
  marketplace: v.pipe(v.string(), v.description("Its name.")),
  subscribed: v.boolean(),
});
export const SubscriptionEndedJson = v.object({ subscribed: v.literal(false) });

/** Of which Marketplace, and by which token. @throws {NotFound} */
function linkOf({ pathParameters, queryStringParameters }: Request): { ref: MarketplaceRef; token: string } {
  const { space, room, marketplace } = pathParameters ?? {};
  const token = queryStringParameters?.token;
  if (!space || !room || !marketplace || !token) throw new NotFound();
  return { ref: { space, room, marketplace }, token };
}

/** Asks whether mails shall end; nothing has yet. */
export async function showUnsubscribe(request: Request, context: Negotiated): Promise<Answer> {
  const { ref, token } = linkOf(request);
  const { marketplace, address } = await subscriptionOf(ref, token);
  const isSubscribed = marketplace.order_notifications?.includes(address) ?? false;
  const facts: v.InferOutput<typeof SubscriptionJson> = {
    address,
    marketplace: marketplace.name,
    subscribed: isSubscribed,
  };
  if (!wantsHtml(context)) return json(200, facts);
  const body = isSubscribed
    ? html`
        <section>
          <p>${address} gets a mail when an Order of ${marketplace.name} is paid, refunded or disputed.</p>
          <${Form} action=${unsubscribePath(ref, token)} session=${undefined} button="Send no more mails" />
        </section>
      `
    : html`<section class="notice"><p>${address} gets no mails about Orders of ${marketplace.name}.</p></section>`;
  return document({ title: "Order Notifications", body });
}

/** Ends them. */
export async function endMails(request: Request, context: Negotiated): Promise<Answer> {
  const { ref, token } = linkOf(request);
  const { name } = await unsubscribe(ref, token);
  const facts: v.InferOutput<typeof SubscriptionEndedJson> = { subscribed: false };
  if (!wantsHtml(context)) return json(200, facts);
  return document({
    title: "Order Notifications",
    body: html`<section class="notice" role="status"><p>You get no more mails about Orders of ${name}.</p></section>`,
  });
}
