import { describe, expect, it } from "vitest";
import { handler as saveUtility } from "../../../functions/utilities/update.ts";
import { decideSplit } from "../../../lib/money/decide_split.ts";
import { settle } from "../../../lib/money/settle.ts";
import { saveConnection } from "../../../lib/stripe_account/save_connection.ts";
import { accountApplicationDeauthorized } from "../../../lib/stripe_events/handlers/account.application.deauthorized.ts";
import { accountUpdated } from "../../../lib/stripe_events/handlers/account.updated.ts";
import { balanceAvailable } from "../../../lib/stripe_events/handlers/balance.available.ts";
import { capabilityUpdated } from "../../../lib/stripe_events/handlers/capability.updated.ts";
import { settlePaymentOf } from "../../../lib/stripe_events/settle_order_of.ts";
import { settleTransfer } from "../../../lib/stripe_events/settle_transfer.ts";
import { forgetPlatform } from "../../../lib/utilities/platform.ts";
import { anApiToken, saveApiToken } from "../../support/api_tokens.ts";
import { marketplaceNow, pressDisconnect } from "../../support/connection.ts";
import { aForm } from "../../support/forms.ts";
import { contextOf, handled } from "../../support/handled_event.ts";
import { changeOrder } from "../../support/money_rows.ts";
import { type OrderB, orderB, sharedOrderB } from "../../support/order_b.ts";
import { atStripe } from "../../support/orders.ts";
import { member } from "../../support/people.ts";
import { deauthorizeAtStripe, requestsTo, turn } from "../../support/simulator.ts";
import { utilityItem } from "../../support/utilities.ts";
import { aVendorAtStripe } from "../../support/vendors.ts";

/** Order B, paid at Stripe; nobody has told us yet. */
async function unsharedOrderB(): Promise<OrderB> {
  const order = await orderB();
  await atStripe(order.space, "pay", order.order.checkout_session);
  return order;
}

const stands = async (order: OrderB): Promise<string> => {
  const { split } = await order.now();
  return [split?.status, split?.reason].filter(Boolean).join(": ");
};
const isDueNow = async (order: OrderB): Promise<boolean> =>
  ((await order.now()).due_at ?? "9") <= new Date().toISOString();
const moved = async (order: OrderB): Promise<string[]> =>
  (await order.movements()).map(({ kind, amount, state }) => `${kind} ${amount} ${state}`);
const reconnect = async (order: OrderB, account = order.order.vendor_account ?? "") =>
  await saveConnection(await marketplaceNow(order.space), account, undefined, "a test");
const saveKey = async (order: OrderB, key: string | undefined) => {
  await saveApiToken(order.space.space, key, order.space.utility);
  forgetPlatform(order.space.space);
};

describe("an Order is on hold, and goes on when what held it is over", () => {
  it("while its Marketplace is not connected", async () => {
    const order = await unsharedOrderB();
    await pressDisconnect(order.space, await member(order.space));
    await order.tell();
    expect(await stands(order)).toBe("on_hold: not_connected");
    expect(await isDueNow(order)).toBe(false);
    await reconnect(order);
    expect(await isDueNow(order)).toBe(true);
    expect(await order.settle()).toBe("done");
    expect(await moved(order)).toEqual(["transfer 1215 done"]);
  });

  it("while it is connected to another account, until a person pays the account of the sale", async () => {
    const order = await unsharedOrderB();
    await pressDisconnect(order.space, await member(order.space));
    await reconnect(order, await aVendorAtStripe(order.space));
    await order.tell();
    expect(await stands(order)).toBe("on_hold: account_changed");
    expect(await order.settle()).toBe("on_hold: account_changed");
    await decideSplit(await order.now(), "send", "a member");
    expect(await stands(order)).toBe("done");
    expect(await order.net()).toBe(1215);
  });

  it.each([
    [
      "account.updated",
      async ({ space, order: { vendor_account: account = "" } }: OrderB) =>
        await accountUpdated(handled(space, "account.updated", account, { account }), await contextOf(space)),
    ],
    [
      "capability.updated",
      async ({ space, order: { vendor_account: account = "" } }: OrderB) =>
        await capabilityUpdated(
          handled(space, "capability.updated", "transfers", { account }),
          await contextOf(space),
        ),
    ],
  ])("while Stripe lets its Vendor receive nothing, until %s", async (_type, handle) => {
    const order = await unsharedOrderB();
    await turn(order.space, order.order.vendor_account ?? "", "restrict");
    await order.tell();
    expect(await stands(order)).toBe("on_hold: transfers_inactive");
    await turn(order.space, order.order.vendor_account ?? "", "complete");
    await handle(order);
    expect(await isDueNow(order)).toBe(true);
    expect(await order.settle()).toBe("done");
    expect(await order.net()).toBe(1215);
  });

  it("while the Vendor of the sale, who is connected no more, may receive nothing, until account.updated", async () => {
    const order = await unsharedOrderB();
    const account = order.order.vendor_account ?? "";
    await pressDisconnect(order.space, await member(order.space));
    await reconnect(order, await aVendorAtStripe(order.space));
    await turn(order.space, account, "restrict");
    await order.tell();
    await decideSplit(await order.now(), "send", "a member");
    expect(await stands(order)).toBe("on_hold: transfers_inactive");
    await turn(order.space, account, "complete");
    await accountUpdated(
      handled(order.space, "account.updated", account, { account }),
      await contextOf(order.space),
    );
    expect(await isDueNow(order)).toBe(true);
  });

  it("while the Distributor's balance is too low, until balance.available", async () => {
    const order = await sharedOrderB();
    const { id } = await order.dispute();
    expect(await order.settle()).toBe("done");
    await order.bank(id, "win");
    await order.platformHas(0);
    expect(await order.settle()).toBe("on_hold: platform_balance");
    await order.platformHas(5_000);
    await balanceAvailable(handled(order.space, "balance.available", ""), await contextOf(order.space));
    expect(await isDueNow(order)).toBe(true);
    expect(await order.settle()).toBe("done");
    expect(await order.net()).toBe(1215);
  });

  it("while the Vendor's balance is too low, until balance.available of their account", async () => {
    const order = await sharedOrderB();
    await order.vendorHas(0);
    await order.refund(650);
    expect(await order.settle()).toBe("on_hold: vendor_balance");
    const available = async (account?: string) =>
      await balanceAvailable(
        handled(order.space, "balance.available", "", account ? { account } : {}),
        await contextOf(order.space),
      );
    await available();
    expect(await isDueNow(order)).toBe(false);
    await order.vendorHas(5_000);
    await available(order.order.vendor_account);
    expect(await isDueNow(order)).toBe(true);
    expect(await order.settle()).toBe("done");
    expect(await order.net()).toBe(798);
  });

  it("while the Vendor has let us go, and nobody has told us", async () => {
    const order = await unsharedOrderB();
    await deauthorizeAtStripe(order.space, order.order.vendor_account ?? "");
    await order.tell();
    expect(await stands(order)).toBe("on_hold: account_gone");
    expect(await moved(order)).toEqual([]);
  });

  it.each([
    ["there is no key", "key_missing", async () => undefined],
    ["Stripe refuses the key", "key_refused", async () => anApiToken()],
  ])("while %s, until a member saves one", async (_what, reason, key) => {
    const order = await unsharedOrderB();
    await order.tell();
    await order.pass();
    await order.refund(650);
    await saveKey(order, await key());
    expect(await order.settle()).toBe(`on_hold: ${reason}`);
    const dana = await member(order.space);
    const path = { space: order.space.space, utility: order.space.utility };
    const { version } = await utilityItem(order.space);
    const form = { api_token: order.space.stripeSecretKey, version: String(version) };
    expect((await saveUtility(aForm(dana, path, form))).statusCode).toBe(303);
    expect(await isDueNow(order)).toBe(true);
    expect(await order.settle()).toBe("done");
    expect(await order.net()).toBe(798);
  });

  it("where what was paid does not fit the Order", async () => {
    const order = await unsharedOrderB();
    await order.tell();
    await order.pass();
    await changeOrder(await order.now(), { amount_total: 1891 });
    await order.refund();
    expect(await order.settle()).toBe("on_hold: amount_mismatch");
    expect(await order.net()).toBe(1215);
  });

  it("where Stripe knows its payment no more", async () => {
    const order = await sharedOrderB();
    await changeOrder(await order.now(), { payment_intent: "pi_gone" });
    expect(await order.settle()).toBe("on_hold: charge_missing");
  });

  it("where the Vendor has let us go, whom Stripe is asked for once, until it is written off", async () => {
    const order = await sharedOrderB();
    await order.refund();
    const account = order.order.vendor_account ?? "";
    const asked = async () => (await requestsTo(order.space, "/v1/transfers/")).length;
    await deauthorizeAtStripe(order.space, account);
    expect(await order.settle()).toBe("on_hold: account_gone");
    expect((await order.now()).split?.detail).toContain(`Stripe does not show us ${account} any more`);
    await accountApplicationDeauthorized(
      handled(order.space, "account.application.deauthorized", "ca_1", { account }),
      await contextOf(order.space),
    );
    const before = await asked();
    expect(await order.settle()).toBe("on_hold: account_gone");
    expect(await asked()).toBe(before);
    await decideSplit(await order.now(), "write_off", "a member");
    expect(await stands(order)).toBe("done");
    expect((await order.now()).decisions?.written_off).toBe(1215);
  });
});

describe("an Order that was paid before shares were sent from here", () => {
  /** As the release before wrote it. */
  const ofReleaseBefore = async (): Promise<OrderB> => {
    const order = await unsharedOrderB();
    await changeOrder(order.order, {
      status: "paid",
      payment_intent: String(
        (await order.stripe.checkout.sessions.retrieve(order.order.checkout_session)).payment_intent,
      ),
    });
    return order;
  };

  it("moves by nothing but a person", async () => {
    const order = await ofReleaseBefore();
    await order.tell();
    expect(await stands(order)).toBe("by_hand: paid_before_splits");
    expect(await moved(order)).toEqual([]);
    await decideSplit(await order.now(), "send", "a member");
    expect(await moved(order)).toEqual(["transfer 1215 done"]);
  });

  it.each([
    ["there was no key meanwhile", async () => undefined],
    ["Stripe refused the key meanwhile", async () => anApiToken()],
  ])("moves by nothing but a person, though %s", async (_what, key) => {
    const order = await ofReleaseBefore();
    await saveKey(order, await key());
    await settle(order.order);
    await saveKey(order, order.space.stripeSecretKey);
    expect(await order.settle()).toBe("by_hand: paid_before_splits");
    expect(await moved(order)).toEqual([]);
  });

  it("gives back the Vendor's part of a refund, once a person has sent the share", async () => {
    const order = await ofReleaseBefore();
    await decideSplit(await order.now(), "send", "a member");
    await order.pass();
    const { id } = await order.refund(650);
    await settlePaymentOf(handled(order.space, "refund.created", id), (refund) =>
      order.stripe.refunds.retrieve(refund),
    );
    expect(await moved(order)).toEqual(["transfer 1215 done", "reversal 417 done"]);
  });
});

describe("what somebody sends by hand is seen by its own event", () => {
  const transferred = async (order: OrderB, amount: number, destination: string) => {
    const { id } = await order.stripe.transfers.create({
      amount,
      currency: "usd",
      destination,
      transfer_group: order.order.id,
    });
    await settleTransfer(handled(order.space, "transfer.created", id), await contextOf(order.space));
  };

  it("of the same amount, to the Vendor", async () => {
    const order = await sharedOrderB();
    await order.platformHas(5_000);
    await transferred(order, 1215, order.order.vendor_account ?? "");
    expect(await stands(order)).toBe("on_hold: overpaid_by_hand");
  });

  it("of the same amount, to another", async () => {
    const order = await sharedOrderB();
    await order.platformHas(5_000);
    await transferred(order, 1215, await aVendorAtStripe(order.space));
    expect(await stands(order)).toBe("on_hold: overpaid_by_hand");
  });

  it("and what we sent is no news", async () => {
    const order = await sharedOrderB();
    const [sent] = await order.movements();
    const before = (await requestsTo(order.space, "/v1/transfers")).length;
    await settleTransfer(
      handled(order.space, "transfer.created", sent?.stripe ?? ""),
      await contextOf(order.space),
    );
    expect((await requestsTo(order.space, "/v1/transfers")).length).toBe(before);
  });
});

it("does not go by what was read of a payment before another run had the Order", async () => {
  const order = await sharedOrderB();
  const { payment_intent = "" } = await order.now();
  const stale = await order.stripe.paymentIntents.retrieve(payment_intent, {
    expand: ["latest_charge.balance_transaction", "latest_charge.refunds"],
  });
  await order.refund(650);
  expect(await order.settle()).toBe("done");
  await settle(order.order, stale);
  expect(await order.net()).toBe(798);
});
