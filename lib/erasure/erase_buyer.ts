import * as v from "valibot";
import { auditPut } from "../audit/audit.ts";
import { buyerKey } from "../buyers/buyer_key.ts";
import type { ErasedBuyer } from "../buyers/erased_buyer.ts";
import { iso, now } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { erasedBuyerKey, erasurePassKey } from "../dynamodb/keys.ts";
import { transact } from "../dynamodb/transact.ts";
import { httpError } from "../errors.ts";
import { Count } from "../http/answer_fields.ts";
import { fields } from "../http/body.ts";
import { TypedEmail } from "../http/email.ts";
import { findUtilityAndErased } from "../utilities/find_utility_of_space.ts";
import { forgetPlatform } from "../utilities/platform.ts";
import { type Erased, eraseInSpace } from "./erase_in_space.ts";
import { ErasureJson, ordersToErase, presentErasure } from "./preview_erasure.ts";

export const ErasureRequest = fields({
  email: TypedEmail,
  confirm: v.pipe(
    v.union(
      [v.literal(true), v.literal("true")],
      "must be `true`: what is erased does not come back. See first what it comes to",
    ),
    v.description("That whoever asks has seen what it comes to: what is erased does not come back."),
  ),
});

export type ErasedJson = v.InferOutput<typeof ErasedJson>;
export const ErasedJson = v.object({
  ...ErasureJson.entries,
  orders: v.pipe(Count, v.description("Orders that the buyer was taken out of, now.")),
  payloads: v.pipe(Count, v.description("Events whose payload was erased, now.")),
  complete: v.pipe(
    v.boolean(),
    v.description("False where not all events could be read in this time: it goes on by itself."),
  ),
});

/**
 * Erases the buyer of an address from a Space. That they are erased is written first, with who asked for it, and never their
 * address; from then on nothing that is heard of their Orders brings them back, and the passes of the clock do whatever this one
 * leaves. Asked again, it goes on with what is left; where nothing is, it does nothing.
 * @param until when it begins nothing more
 * @throws {HttpError} 409 `no_api_token`, where nobody can have bought anything yet
 */
export async function eraseBuyer(
  space: string,
  address: string,
  actor: string,
  until: Date,
): Promise<ErasedJson> {
  const { utility, erased } = await findUtilityAndErased(space);
  if (!utility?.buyer_secret) throw httpError("no_api_token");
  const buyer_key = buyerKey(utility.buyer_secret, address);
  const before = erased.find((each) => each.buyer_key === buyer_key);
  const orders = await ordersToErase(buyer_key);
  const isMore = orders.some(({ placed_at }) => !before || placed_at > before.erased_at);
  const buyer = before && !isMore ? before : { buyer_key, erased_at: iso(now()) };
  if (buyer !== before) await writeDown(space, utility.utility, buyer, before, orders.length, actor);
  forgetPlatform(space);
  const done: Erased = (await eraseInSpace(space, until)) ?? { orders: 0, payloads: 0, complete: false };
  return { ...presentErasure(buyer), ...done };
}

async function writeDown(
  space: string,
  utility: string,
  buyer: ErasedBuyer,
  before: ErasedBuyer | undefined,
  orders: number,
  actor: string,
): Promise<void> {
  const TableName = configuration.settingsTable;
  await transact([
    {
      Put: {
        TableName,
        Item: { ...erasedBuyerKey(space, utility, buyer.buyer_key), ...buyer },
        // Of two who ask at the same moment, the first is in the audit.
        ConditionExpression: before ? "erased_at = :seen" : "attribute_not_exists(pk)",
        ...(before && { ExpressionAttributeValues: { ":seen": before.erased_at } }),
      },
    },
    // Whatever of the log was read already is read for this buyer, too.
    { Delete: { TableName, Key: erasurePassKey(space) } },
    auditPut(space, actor, `erased a buyer, with ${orders === 1 ? "1 Order" : `${orders} Orders`}`),
  ]);
}
