/**
 * A process of its own that plays just as much of Stripe as the share of a plain sale takes, and answers at once: so what is
 * measured beside it is ours. It forgets everything; all charges are of 18.90.
 */
import { once } from "node:events";
import { createServer } from "node:http";

const list = { object: "list", data: [], has_more: false, url: "/v1/transfers" };
const created = Math.floor(Date.now() / 1_000);

const booked = (id: string, amount: number, fee: number, type: string, source: string) => ({
  id,
  object: "balance_transaction",
  amount,
  available_on: created,
  created,
  currency: "usd",
  exchange_rate: null,
  fee,
  fee_details: fee > 0 ? [{ amount: fee, currency: "usd", type: "stripe_fee", description: null }] : [],
  net: amount - fee,
  reporting_category: type,
  source,
  type,
});

/** The nth Order's objects share its number. */
const charge = (n: string) => ({
  id: `ch_${n}`,
  object: "charge",
  amount: 1_890,
  amount_captured: 1_890,
  balance_transaction: booked(`txn_${n}`, 1_890, 85, "charge", `ch_${n}`),
  created,
  currency: "usd",
  disputed: false,
  failure_balance_transaction: null,
  livemode: false,
  payment_intent: `pi_${n}`,
  refunds: { ...list, url: `/v1/charges/ch_${n}/refunds` },
  status: "succeeded",
  transfer_group: `group_${n}`,
});

function answer(method: string, path: string): object {
  const [, kind = "", n = ""] = /^\/v1\/(\w+)(?:\/\w+_(\w+))?/.exec(path) ?? [];
  if (kind === "payment_intents")
    return { id: `pi_${n}`, object: "payment_intent", latest_charge: charge(n), transfer_group: null };
  if (kind === "charges") return charge(n);
  if (method === "POST") {
    const key = Math.random().toString(36).slice(2);
    const balance_transaction = booked(`txn_${key}`, -1_215, 0, "transfer", `tr_${key}`);
    return { id: `tr_${key}`, object: "transfer", created, balance_transaction };
  }
  return list;
}

const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answer(request.method ?? "", request.url ?? "")));
  });
});
await once(server.listen(0, "127.0.0.1"), "listening");
const address = server.address();
process.send?.(typeof address === "object" && address ? `http://127.0.0.1:${address.port}` : "");
