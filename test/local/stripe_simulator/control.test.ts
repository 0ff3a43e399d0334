import { describe, expect, it } from "vitest";
import { newPlatform, sessionParams, simulatorForTests, stripeAt } from "./support.ts";

const url = await simulatorForTests();

const make = async (body: string) => {
  const response = await fetch(`${url}/simulator/accounts`, { method: "POST", body });
  return { status: response.status, body: await response.json() };
};

describe("the control API", () => {
  it("makes an account with its keys and connected accounts, once", async () => {
    const wanted = {
      id: "acct_demo",
      display_name: "Demo Space",
      country: "DE",
      default_currency: "eur",
      secret_keys: ["sk_test_demo12345678", "sk_live_demo12345678"],
      client_ids: [
        { id: "ca_demo_test", livemode: false, redirect_uris: ["http://convene.local:3000/callback"] },
        { id: "ca_demo_live", livemode: true, redirect_uris: [] },
      ],
      connected_accounts: [{ id: "acct_vendor", display_name: "Vendor" }],
    };
    const made = {
      status: 200,
      body: {
        id: "acct_demo",
        display_name: "Demo Space",
        secret_keys: wanted.secret_keys,
        restricted_keys: [],
        client_ids: wanted.client_ids,
        connected_accounts: [
          { id: "acct_vendor", display_name: "Vendor", secret_keys: [], restricted_keys: [] },
        ],
      },
    };
    expect(await make(JSON.stringify(wanted))).toEqual(made);
    expect(await make(JSON.stringify({ ...wanted, display_name: "Other", connected_accounts: [] }))).toEqual(
      made,
    );
    const account = await stripeAt(url, "sk_test_demo12345678").accounts.retrieveCurrent();
    expect(account).toMatchObject({ id: "acct_demo", country: "DE", default_currency: "eur" });
  });

  it("gives a platform a key for each mode if it names none", async () => {
    expect((await make('{"display_name":"Space"}')).body).toMatchObject({
      id: expect.stringMatching(/^acct_1\w{15}$/),
      secret_keys: [expect.stringMatching(/^sk_test_/), expect.stringMatching(/^sk_live_/)],
    });
  });

  it("tells a line of shell the key of an account", async () => {
    const { id, key } = await newPlatform(url);
    const secretKey = (of: string) => fetch(`${url}/simulator/accounts/${of}/secret_key`);
    expect(await (await secretKey(id)).text()).toBe(key);
    expect((await secretKey("acct_nobody")).status).toBe(404);
  });

  it.each([
    ["no JSON", "display_name=Space"],
    ["no name", "{}"],
    ["an unknown field", '{"display_name":"Space","colour":"red"}'],
    ["a key that is none", '{"display_name":"Space","secret_keys":["secret"]}'],
    ["a key that another account has", '{"display_name":"Space","secret_keys":["sk_test_demo12345678"]}'],
  ])("refuses %s", async (_case, body) => {
    expect(await make(body)).toMatchObject({
      status: 400,
      body: { error: { type: "invalid_request_error" } },
    });
  });

  it("acts only on the objects of the key's account and mode", async () => {
    const [one, other] = [await newPlatform(url), await newPlatform(url)];
    const session = await one.stripe.checkout.sessions.create(sessionParams());
    expect(await other.act(session.id, "pay")).toMatchObject({ status: 404 });
    expect(
      await one.control(`/checkout_sessions/${session.id}`, { action: "pay" }, one.liveKey),
    ).toMatchObject({ status: 404 });
    expect(await one.act(session.id, "rob")).toMatchObject({ status: 400 });
    expect(await one.act(session.id, "pay")).toMatchObject({
      status: 200,
      body: { id: session.id, payment_status: "paid" },
    });
    const [event] = (await one.stripe.events.list()).data;
    expect(await other.control(`/events/${event?.id}/send`, {})).toMatchObject({ status: 404 });
    expect(await one.control("/weather", undefined, "sk_test_unknown")).toMatchObject({ status: 401 });
  });

  it("acts on the objects of a connected account that a header names, and of no other", async () => {
    const [here, there] = [await newPlatform(url, ["Vendor"]), await newPlatform(url)];
    const stripeAccount = here.connected[0] ?? "";
    const session = await here.stripe.checkout.sessions.create(sessionParams(), { stripeAccount });
    const pay = (key: string) =>
      fetch(`${url}/simulator/checkout_sessions/${session.id}`, {
        method: "POST",
        headers: { Authorization: `Bearer ${key}`, "Stripe-Account": stripeAccount },
        body: '{"action":"pay"}',
      });
    expect((await pay(there.key)).status).toBe(403);
    expect((await pay(here.key)).status).toBe(200);
    expect(await here.stripe.checkout.sessions.retrieve(session.id, {}, { stripeAccount })).toMatchObject({
      payment_status: "paid",
    });
  });
});
