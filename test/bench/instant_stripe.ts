/**
 * A process of its own that plays just as much of Stripe as the share of a plain sale takes, and answers at once: so what is
 * measured beside it is ours. It forgets everything; all charges are of 18.90.
 */
import { once } from "node:events";
import { createServer } from "node:http";

const list = { object: "list", data: [], has_more: false, url: "/v1/transfers" };
const created = Math.floor(Date.now() / 1_000);

/** The nth Order's objects share its number. */
const charge = (n: string) => ({
  id: `ch_${n}`,
  object: "charge",
  amount: 1_890,
  amount_captured: 1_890,
  balance_transaction: {
    id: `txn_${n}`,
    object: "balance_transaction",
    amount: 1_890,
    currency: "usd",
    fee: 85,
  },
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
  if (method === "POST")
    return { id: `tr_${Math.random().toString(36).slice(2)}`, object: "transfer", created };
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
