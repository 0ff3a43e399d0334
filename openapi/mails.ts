import { SubscriptionEndedJson, SubscriptionJson } from "../lib/pages/unsubscribe_page.ts";
import { MARKETPLACE, type Subject } from "./operation.ts";

const UNSUBSCRIBE = `${MARKETPLACE}/order_notifications/unsubscribe`;
const OF_LINK = {
  query: { token: "Of the link: it says whose mails, and it is of this Marketplace alone." },
  errors: ["not_found", "unknown_parameter"],
} satisfies Partial<Subject["operations"][string]>;

export const mails: Subject = {
  name: "Mails",
  description:
    "What a mail's own link does: it stands in `List-Unsubscribe` of each mail to a Marketplace's Order Notifications, and in no answer here.",
  operations: {
    [`GET ${UNSUBSCRIBE}`]: {
      id: "newUnsubscribe",
      summary: "See whose mails a link would end",
      description: "It ends none: mail servers open links, too.",
      ...OF_LINK,
      answers: { 200: ["Whose mails, of which Marketplace.", SubscriptionJson] },
    },
    [`POST ${UNSUBSCRIBE}`]: {
      id: "createUnsubscribe",
      summary: "End a Marketplace's mails to one address",
      description:
        "As a mail program does by one click (RFC 8058): of what it posts, `List-Unsubscribe=One-Click`, nothing is read. However often: who gets none gets none.",
      ...OF_LINK,
      answers: { 200: ["That address gets no more.", SubscriptionEndedJson] },
      errors: [...OF_LINK.errors, "changed_meanwhile"],
    },
  },
};
