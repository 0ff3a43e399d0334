import { createHash } from "node:crypto";
import { isEmail } from "../ids.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { membersOf } from "../members/change_members.ts";
import type { Order } from "../orders/order.ts";
import type { OutboxRow } from "../outbox/outbox_row.ts";
import { contentOf } from "./content_of.ts";
import { harmless } from "./harmless.ts";
import type { Mail } from "./mail.ts";
import { asHtml, asText } from "./render_mail.ts";
import { unsubscribeUrl } from "./unsubscribe.ts";

/** Who is told by a row now, which may be others than when it was written. */
export async function recipientsOf(
  row: OutboxRow,
  order: Order,
  marketplace: Marketplace,
): Promise<string[]> {
  // What is none, such as one with a line break, is nobody's; our own forms have taken none.
  return (await addressesOf(row, order, marketplace)).filter(isEmail);
}

async function addressesOf({ channel, space }: OutboxRow, order: Order, marketplace: Marketplace) {
  switch (channel) {
    case "buyer":
      return [order.buyer_email ?? ""];
    case "notifications":
      return marketplace.order_notifications ?? [];
    case "members":
      return await membersOf(space);
    default:
      return []; // a callback is no mail
  }
}

/** The mail of a row to one person. @throws {KmsUnavailable} */
export async function mailTo(
  address: string,
  row: OutboxRow,
  order: Order,
  marketplace: Marketplace,
): Promise<Mail> {
  const content = contentOf(row, order, marketplace);
  const replyTo =
    row.channel === "buyer" ? (marketplace.order_notifications ?? []) : [order.buyer_email ?? ""];
  return {
    to: address,
    id: createHash("sha256").update(`${row.sk} ${address}`).digest("hex").slice(0, 32),
    fromName: harmless(marketplace.name),
    subject: content.subject,
    replyTo: replyTo.filter(isEmail),
    text: asText(content),
    html: asHtml(content),
    ...(row.channel === "notifications" && { unsubscribeUrl: await unsubscribeUrl(marketplace, address) }),
  };
}
