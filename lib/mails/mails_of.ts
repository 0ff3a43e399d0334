import { createHash } from "node:crypto";
import { isEmail } from "../ids.ts";
import type { Marketplace } from "../marketplaces/marketplace.ts";
import { membersOf } from "../members/change_members.ts";
import type { Order } from "../orders/order.ts";
import type { OutboxRow } from "../outbox/outbox_row.ts";
import { contentOf, contentOfSpace } from "./content_of.ts";
import { harmless } from "./harmless.ts";
import type { Mail } from "./mail.ts";
import { asHtml, asText } from "./render_mail.ts";
import { unsubscribeUrl } from "./unsubscribe.ts";

/** What a mail is about: an Order and its Marketplace, or a Space. */
export type About = { order: Order; marketplace: Marketplace } | { spaceName: string };

/** Who is told by a row now, which may be others than when it was written. */
export async function recipientsOf(row: OutboxRow, about: About): Promise<string[]> {
  // What is none, such as one with a line break, is nobody's; our own forms have taken none.
  return (await addressesOf(row, about)).filter(isEmail);
}

async function addressesOf({ channel, space }: OutboxRow, about: About) {
  if (channel === "members") return await membersOf(space);
  if ("spaceName" in about) return []; // nobody else is told of a Space
  switch (channel) {
    case "buyer":
      return [about.order.buyer_email ?? ""];
    case "notifications":
      return about.marketplace.order_notifications ?? [];
    default:
      return []; // a callback is no mail
  }
}

/** The mail of a row to one person. @throws {KmsUnavailable} */
export async function mailTo(address: string, row: OutboxRow, about: About): Promise<Mail> {
  const content =
    "spaceName" in about
      ? contentOfSpace(row, about.spaceName)
      : contentOf(row, about.order, about.marketplace);
  const mail = {
    to: address,
    id: createHash("sha256").update(`${row.sk} ${address}`).digest("hex").slice(0, 32),
    subject: content.subject,
    text: asText(content),
    html: asHtml(content),
  };
  if ("spaceName" in about) return { ...mail, fromName: harmless(about.spaceName), replyTo: [] };
  const { order, marketplace } = about;
  const replyTo =
    row.channel === "buyer" ? (marketplace.order_notifications ?? []) : [order.buyer_email ?? ""];
  return {
    ...mail,
    fromName: harmless(marketplace.name),
    replyTo: replyTo.filter(isEmail),
    ...(row.channel === "notifications" && { unsubscribeUrl: await unsubscribeUrl(marketplace, address) }),
  };
}
