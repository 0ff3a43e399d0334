import { auditPut } from "../audit/audit.ts";
import { configuration } from "../configuration.ts";
import { marketplaceKey } from "../dynamodb/keys.ts";
import { transact } from "../dynamodb/transact.ts";
import { httpError, ValidationError } from "../errors.ts";
import type { Marketplace } from "./marketplace.ts";

/** Each Order is a mail to every one of them. */
const MAX_ADDRESSES = 10;

/** What of a Marketplace's mails can be set: the list whole, or one address of it; and whether the shop mails buyers. */
type Wanted = {
  order_notifications?: string[] | undefined;
  add_order_notification?: string | undefined;
  remove_order_notification?: string | undefined;
  shop_mails_buyer?: boolean | undefined;
};

/**
 * Saves who hears of a Marketplace's Orders by mail; what is not named stays.
 * @throws {ValidationError} naming the field; {HttpError} 409 where somebody else saved first
 */
export async function saveOrderNotifications(
  before: Marketplace,
  wanted: Wanted,
  actor: string,
): Promise<void> {
  const { shop_mails_buyer } = wanted;
  const addresses = addressesOf(before, wanted);
  const changes = [
    ...(addresses
      ? [{ name: "order_notifications", value: addresses, says: addresses.join(", ") || "nobody" }]
      : []),
    ...(shop_mails_buyer === undefined
      ? []
      : [
          {
            name: "shop_mails_buyer",
            value: shop_mails_buyer,
            says: shop_mails_buyer ? "the shop mails the buyer" : "the buyer gets a mail",
          },
        ]),
  ];
  if (changes.length === 0) return;
  const saved = await transact([
    {
      Update: {
        TableName: configuration.settingsTable,
        Key: marketplaceKey(before),
        UpdateExpression: `SET ${changes.map(({ name }) => `${name} = :${name}`).join(", ")}`,
        ConditionExpression: before.order_notifications
          ? "order_notifications = :seen"
          : "attribute_exists(pk) AND attribute_not_exists(order_notifications)",
        ExpressionAttributeValues: {
          ...Object.fromEntries(changes.map(({ name, value }) => [`:${name}`, value])),
          ...(before.order_notifications && { ":seen": before.order_notifications }),
        },
      },
    },
    auditPut(
      before.space,
      actor,
      `set the mails of ${before.name}: ${changes.map(({ says }) => says).join("; ")}`,
    ),
  ]);
  if (!saved) throw httpError("changed_meanwhile");
}

/** The list as it shall be; undefined where it stays as it is. @throws {ValidationError} */
function addressesOf(
  { order_notifications: present = [] }: Marketplace,
  wanted: Wanted,
): string[] | undefined {
  const {
    order_notifications: list,
    add_order_notification: added,
    remove_order_notification: removed,
  } = wanted;
  if (!list && !added && !removed) return undefined;
  const after = [...new Set([...(list ?? present), ...(added ? [added] : [])])].filter(
    (address) => address !== removed,
  );
  if (after.length > MAX_ADDRESSES)
    throw new ValidationError({
      [list ? "order_notifications" : "add_order_notification"]:
        `must be one of at most ${MAX_ADDRESSES}; remove one first`,
    });
  return after;
}
