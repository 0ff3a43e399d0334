import * as v from "valibot";
import { UserError } from "../../cli/user_error.ts";

/** Whatever Stripe answers that has an id. */
export type StripeObject = v.InferOutput<typeof StripeObject>;
export const StripeObject = v.looseObject({ id: v.string(), object: v.string() });

export type LoadedEvent = v.InferOutput<typeof LoadedEvent>;
export const LoadedEvent = v.looseObject({
  ...StripeObject.entries,
  object: v.literal("event"),
  type: v.string(),
  account: v.optional(v.string()),
  data: v.looseObject({ object: v.looseObject({ object: v.string(), id: v.optional(v.string()) }) }),
});

/** An object, whose it is (a connected account's; without one the platform's), and which object it is a part of. */
export type Loaded = { body: StripeObject; account?: string; parent?: string };

/** What an account has at hand, in a currency's smallest unit. */
export type Available = { account: string; currency: string; available: number };

export type Loading = {
  event: LoadedEvent;
  /** Of the platform, `acct_…`. */
  platform: string;
  objects: Loaded[];
  available: Available[];
};

const List = v.looseObject({ data: v.array(StripeObject) });
const Balance = v.looseObject({
  available: v.array(v.looseObject({ amount: v.number(), currency: v.string() })),
});

/** Asks Stripe by GET alone: a key that may only read is enough, and nothing is changed there. */
export function stripeReader(apiBase: string, key: string) {
  return async (
    path: string,
    { query = {}, account }: { query?: Record<string, string>; account?: string | undefined } = {},
  ): Promise<unknown> => {
    const search = new URLSearchParams(query).toString();
    const response = await fetch(`${apiBase}/v1/${path}${search && `?${search}`}`, {
      headers: { authorization: `Bearer ${key}`, ...(account && { "stripe-account": account }) },
    });
    if (response.status === 404) return undefined;
    // What Stripe says may repeat what was asked, and the key's end.
    if (!response.ok)
      throw new UserError(
        `Stripe answered ${response.status} to GET /v1/${path.split("/")[0]}. May the key in STRIPE_API_KEY read that?`,
      );
    return await response.json();
  };
}
type Read = ReturnType<typeof stripeReader>;

/** @throws {UserError} where Stripe does not have it any more: it keeps an event for 30 days */
export async function readEvent(read: Read, id: string, account: string | undefined): Promise<LoadedEvent> {
  const found = await read(`events/${id}`, { account });
  if (!found)
    throw new UserError(
      `Stripe has no ${id} for this key${account ? ` and ${account}` : ""}. An event of a connected account takes --account acct_…; one that is older than 30 days, --file with its JSON.`,
    );
  const event = v.parse(LoadedEvent, found);
  return account ? { ...event, account } : event;
}

/** The event with what it is about: of a payment, all that its Order's money is reckoned from. */
export async function loadEvent(read: Read, event: LoadedEvent): Promise<Loading> {
  const platform = v.parse(StripeObject, await read("account")).id;
  const objects = new Map<string, Loaded>();
  const accounts = new Set<string>(event.account ? [event.account] : []);

  const add = (found: unknown, whose: Omit<Loaded, "body"> = {}): StripeObject | undefined => {
    const parsed = v.safeParse(StripeObject, found);
    if (parsed.success) objects.set(parsed.output.id, { body: parsed.output, ...whose });
    return parsed.success ? parsed.output : undefined;
  };
  const get = async (path: string, whose: Omit<Loaded, "body"> = {}) => add(await read(path, whose), whose);
  const list = async (
    path: string,
    query: Record<string, string> = {},
    parent?: string,
  ): Promise<StripeObject[]> => {
    const found = await read(path, { query: { ...query, limit: "100" } });
    if (!found) return [];
    const { data } = v.parse(List, found);
    for (const each of data) add(each, parent === undefined ? {} : { parent });
    return data;
  };
  const transaction = async (of: StripeObject, account?: string): Promise<void> => {
    for (const field of ["balance_transaction", "failure_balance_transaction"]) {
      const id = idIn(of, field);
      if (id) await get(`balance_transactions/${id}`, account ? { account } : {});
    }
  };

  const loadSession = async (session: StripeObject): Promise<void> => {
    await list(`checkout/sessions/${session.id}/line_items`, {}, session.id);
  };
  const loadTransfer = async (transfer: StripeObject): Promise<void> => {
    await transaction(transfer);
    for (const reversal of await list(`transfers/${transfer.id}/reversals`, {}, transfer.id))
      await transaction(reversal);
    const [account, payment] = [idIn(transfer, "destination"), idIn(transfer, "destination_payment")];
    if (!account) return;
    accounts.add(account);
    const received = payment && (await get(`charges/${payment}`, { account }));
    if (received) await transaction(received, account);
  };
  const loadCharge = async (charge: StripeObject): Promise<void> => {
    await transaction(charge);
    for (const refund of await list("refunds", { charge: charge.id })) await transaction(refund);
    for (const dispute of await list("disputes", { charge: charge.id }))
      for (const booked of v.parse(v.array(StripeObject), dispute.balance_transactions ?? [])) add(booked);
    const group = idIn(charge, "transfer_group");
    if (group)
      for (const transfer of await list("transfers", { transfer_group: group })) await loadTransfer(transfer);
  };
  const loadPayment = async (id: string): Promise<void> => {
    const intent = await get(`payment_intents/${id}`);
    const vendor = v.safeParse(v.looseObject({ vendor_account: v.string() }), intent?.metadata);
    if (vendor.success) accounts.add(vendor.output.vendor_account);
    for (const session of await list("checkout/sessions", { payment_intent: id })) await loadSession(session);
    for (const charge of await list("charges", { payment_intent: id })) await loadCharge(charge);
  };

  if (!event.account) {
    const { object: kind, id = "" } = event.data.object;
    const path = PATHS[kind];
    const about = path && (await get(`${path}/${id}`));
    if (about && kind === "checkout.session") await loadSession(about);
    if (about && kind === "transfer") await loadTransfer(about);
    const source = about && idIn(about, "source_transaction");
    const payment = source ? await get(`charges/${source}`) : about;
    const intent = payment && (kind === "payment_intent" ? payment.id : idIn(payment, "payment_intent"));
    if (intent) await loadPayment(intent);
  }
  for (const account of accounts) await get(`accounts/${account}`);
  return {
    event,
    platform,
    objects: [...objects.values()],
    available: await availableOf(read, [undefined, ...accounts], platform),
  };
}

/** Where Stripe has the object of an event, by its kind; of other kinds the event says enough. */
const PATHS: Record<string, string> = {
  "checkout.session": "checkout/sessions",
  charge: "charges",
  dispute: "disputes",
  payment_intent: "payment_intents",
  refund: "refunds",
  transfer: "transfers",
};

async function availableOf(
  read: Read,
  accounts: (string | undefined)[],
  platform: string,
): Promise<Available[]> {
  const all: Available[] = [];
  for (const account of accounts) {
    const found = await read("balance", { account }).catch((error) => {
      // A key that may not read it is no reason to stop: then nobody has anything at hand.
      if (error instanceof UserError) return undefined;
      throw error;
    });
    if (!found) continue;
    for (const { amount, currency } of v.parse(Balance, found).available)
      all.push({ account: account ?? platform, currency, available: amount });
  }
  return all;
}

/** Stripe names another object by its id, or has it within. */
function idIn(object: StripeObject, field: string): string | undefined {
  const value = object[field];
  if (typeof value === "string") return value;
  const within = v.safeParse(v.looseObject({ id: v.string() }), value);
  return within.success ? within.output.id : undefined;
}
