import { describe, expect, it } from "vitest";
import { line, newPlatform, PAID, sessionParams, simulatorForTests } from "../support.ts";

const url = await simulatorForTests();
const { stripe } = await newPlatform(url);

async function open(overrides = {}) {
  const session = await stripe.checkout.sessions.create(sessionParams(overrides));
  const page = String(session.url);
  const press = (action: string, fields = {}, headers = {}) =>
    fetch(page, {
      method: "POST",
      body: new URLSearchParams({ action, ...fields }),
      redirect: "manual",
      headers,
    });
  return {
    id: session.id,
    press,
    read: async () => (await fetch(page)).text(),
    now: () => stripe.checkout.sessions.retrieve(session.id),
  };
}

describe("the checkout page", () => {
  it("shows who is paid, what for and how much, and asks for an email", async () => {
    const { read } = await open({
      line_items: [line({ name: "<b>Tea</b>", unit_amount: 123_456, quantity: 2 })],
    });
    const html = await read();
    expect(html).toContain("Space");
    expect(html).toContain("&lt;b&gt;Tea&lt;/b&gt;");
    expect(html).toContain("$2,469.12");
    expect(html).toMatch(/<label for="email">.*\n.*<input[^>]*id="email"/);
    expect(html).toContain('href="http://shop.example/basket"');
    expect(html).not.toContain("<script");
  });

  it.each([
    ["jpy", 1_200, "¥1,200<"],
    ["eur", 1_250, "€12.50<"],
    ["kwd", 12_340, "KWD 12.340<"],
    ["ugx", 500_000, "UGX 5,000.00<"],
  ])("writes %s as it is written", async (currency, unit_amount, written) => {
    const { read } = await open({ line_items: [line({ currency, unit_amount })] });
    expect((await read()).replaceAll("\u00a0", " ")).toContain(written);
  });

  it("does not ask for an email that it knows", async () => {
    const { read, press, now } = await open({ customer_email: "jo@example.com" });
    expect(await read()).toContain("jo@example.com");
    expect(await read()).not.toContain('name="email"');
    await press("pay", { email: "someone@else.example" });
    expect(await now()).toMatchObject({ customer_details: { email: "jo@example.com" } });
  });

  it("pays once, however often it is sent, and leads to the shop", async () => {
    const { id, read, press, now } = await open();
    const answers = await Promise.all([
      press("pay", { email: "al@example.com" }),
      press("pay"),
      press("pay_later"),
    ]);
    for (const answer of answers) {
      expect(answer.status).toBe(303);
      expect(answer.headers.get("Location")).toBe(`http://shop.example/thanks?session=${id}`);
    }
    expect(await now()).toMatchObject({
      payment_status: "paid",
      customer_details: { email: "al@example.com" },
    });
    const types = (await stripe.events.list({ limit: 4 })).data.map(({ type }) => type);
    expect(types).toEqual(PAID.toReversed());
    expect(await read()).toContain("This is paid.");
  });

  it("says that a card was refused and lets one try again", async () => {
    const { read, press } = await open();
    expect((await press("decline")).headers.get("Location")).toMatch(/^\/c\/pay\//);
    expect(await read()).toContain("Your card was declined. You can try again.");
    expect((await press("pay")).headers.get("Location")).toContain("shop.example");
  });

  it("asks what the bank says after a debit, and takes its answer", async () => {
    const { read, press, now } = await open();
    expect(await read()).not.toContain("Bank pays");
    expect((await press("pay_later")).headers.get("Location")).toContain("shop.example");
    expect(await read()).toContain("Bank refuses");
    expect((await press("bank_pays")).status).toBe(303);
    expect(await now()).toMatchObject({ payment_status: "paid" });
    expect(await read()).not.toContain("Bank refuses");
  });

  it("offers only what the session can be paid with", async () => {
    const html = await (await open({ allowed_payment_method_types: ["card"] })).read();
    expect(html).toContain('value="pay"');
    expect(html).not.toContain('value="pay_later"');
  });

  it("says that a session has expired, and takes nothing any more", async () => {
    const { id, read, press } = await open();
    await stripe.checkout.sessions.expire(id);
    expect(await read()).toContain("has expired");
    expect((await press("pay")).status).toBe(400);
  });

  it("refuses another site's form, an unknown button and a wrong email", async () => {
    const { press, now } = await open();
    expect((await press("pay", {}, { Origin: "http://evil.example" })).status).toBe(403);
    expect((await press("pay", {}, { "Sec-Fetch-Site": "cross-site" })).status).toBe(403);
    expect((await press("steal")).status).toBe(400);
    expect((await press("pay", { email: "jenny" })).status).toBe(400);
    expect(await now()).toMatchObject({ status: "open" });
    expect((await press("pay", {}, { Origin: url })).status).toBe(303);
  });

  it("is not there for an unknown session", async () => {
    expect((await fetch(`${url}/c/pay/cs_test_1`)).status).toBe(404);
    expect((await fetch(`${url}/c/pay/cs_test_1`, { method: "POST" })).status).toBe(404);
  });
});
