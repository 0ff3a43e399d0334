import { randomBytes, randomUUID } from "node:crypto";
import Stripe from "stripe";
import { ulid } from "ulid";
import { startSimulator } from "../../local/stripe_simulator/simulator.ts";

/** What of the other Stripe is a person's, or was written by one. */
export const PERSONS = /Miller|jo\.miller|secret\.example|555-0100|Call me|Letterpress/i;

/** The Stripe that an event came from: another simulator, with a platform account and its Vendor's. */
export async function anotherStripe() {
  const key = `sk_test_${randomBytes(16).toString("hex")}`;
  const simulator = await startSimulator({ port: 0, file: ":memory:" });
  const { url } = simulator;
  const { hostname, port } = new URL(url);
  const stripe = new Stripe(key, { host: hostname, port, protocol: "http" });
  const control = async (path: string, body?: object) => {
    const response = await fetch(`${url}/simulator/${path}`, {
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body && { method: "POST", body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return await response.json();
  };
  const made = await control("accounts", {
    display_name: "Miller's Shops",
    secret_keys: [key],
    connected_accounts: [{ display_name: "Jo Miller" }],
  });
  const vendor: string = made.connected_accounts[0].id;
  await control("weather", { late_fee: false });

  return {
    url,
    key,
    stripe,
    vendor,
    control,
    close: () => simulator.close(),
    /** Order B (test/support/order_b.ts), paid, of a buyer who is there by name. */
    async paidOrder() {
      const told = { order: ulid(), marketplace: randomUUID() };
      const amounts = { product_total: "1300", delivery_amount: "500", tax_amount: "90" };
      const line = (name: string, unit_amount: number) => ({
        price_data: { currency: "usd", unit_amount, product_data: { name } },
        quantity: 1,
      });
      const session = await stripe.checkout.sessions.create({
        mode: "payment",
        line_items: [line("Letterpress for Jo Miller", 1_300), line("Delivery", 500), line("Taxes", 90)],
        success_url: "https://secret.example/thanks/jo.miller",
        customer_email: "jo.miller@secret.example",
        metadata: { ...told, note: "Call me: 555-0100" },
        payment_intent_data: {
          transfer_group: told.order,
          metadata: { ...told, ...amounts, vendor_account: vendor, ship_to: "Miller" },
        },
      });
      await control(`checkout_sessions/${session.id}`, { action: "pay" });
      const { payment_intent } = await stripe.checkout.sessions.retrieve(session.id);
      return { ...told, session: session.id, intent: String(payment_intent) };
    },
    /** @returns the id of the newest of a type, of the platform or of a connected account */
    async newestEvent(type: string, account?: string): Promise<string> {
      const of = account ? { stripeAccount: account } : {};
      const { data } = await stripe.events.list({ type, limit: 1 }, of);
      return data[0]?.id ?? "";
    },
  };
}

export type OtherStripe = Awaited<ReturnType<typeof anotherStripe>>;
