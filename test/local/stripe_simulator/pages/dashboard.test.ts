import { describe, expect, it } from "vitest";
import { waitFor } from "../../../support/wait.ts";
import { newPlatform, newReceiver, sessionParams, simulatorForTests } from "../support.ts";

const url = await simulatorForTests();
const read = async () => (await fetch(url)).text();
const press = (path: string, fields = {}, headers = {}) =>
  fetch(url + path, { method: "POST", body: new URLSearchParams(fields), redirect: "manual", headers });

describe("the dashboard", () => {
  it("says that nothing is there yet", async () => {
    expect(await read()).toContain("None yet");
  });

  it("shows accounts, sessions and events with their deliveries", async () => {
    const platform = await newPlatform(url, ["Vendor"]);
    const receiver = await newReceiver((_event, nth) => (nth === 1 ? 500 : 200));
    await platform.stripe.webhookEndpoints.create({
      url: receiver.url,
      enabled_events: ["checkout.session.completed"],
    });
    const session = await platform.stripe.checkout.sessions.create(sessionParams());
    expect(await read()).toContain(`<a href="/c/pay/${session.id}">Pay</a>`);
    await platform.act(session.id, "pay");
    await waitFor(async () =>
      expect(await read()).toMatch(/we_…\w+: succeeded after 2 tries <span class="soft">200</),
    );
    const html = await read();
    expect(html).toContain(platform.id);
    expect(html).toContain("Vendor");
    expect(html).toContain('<span class="pill good">paid</span>');
    expect(html).toContain("no endpoint subscribed");
    expect(html).not.toContain("<script");
  });

  it("expires sessions and answers for the bank", async () => {
    const { stripe, act } = await newPlatform(url);
    const [one, other] = [
      await stripe.checkout.sessions.create(sessionParams()),
      await stripe.checkout.sessions.create(sessionParams()),
    ];
    const done = await press(`/dashboard/checkout_sessions/${one.id}`, { action: "expire" });
    expect({ status: done.status, to: done.headers.get("Location") }).toEqual({ status: 303, to: "/" });
    await act(other.id, "pay_later");
    expect(await read()).toContain("waiting for the bank");
    await press(`/dashboard/checkout_sessions/${other.id}`, { action: "bank_refuses" });
    expect(await read()).not.toContain("waiting for the bank");
    expect(await stripe.checkout.sessions.retrieve(one.id)).toMatchObject({ status: "expired" });
    expect((await press(`/dashboard/checkout_sessions/${one.id}`, { action: "expire" })).status).toBe(400);
  });

  it("sends an event again", async () => {
    const { stripe } = await newPlatform(url);
    const session = await stripe.checkout.sessions.create(sessionParams());
    await stripe.checkout.sessions.expire(session.id);
    const receiver = await newReceiver();
    await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ["*"] });
    const [event] = (await stripe.events.list()).data;
    expect((await press(`/dashboard/events/${event?.id}/send`)).status).toBe(303);
    await waitFor(() => expect(receiver.types()).toEqual(["checkout.session.expired"]));
  });

  it("changes the faults", async () => {
    const { id, control } = await newPlatform(url);
    const numbers = {
      rate_limit: "0",
      unavailable: "0",
      error_before_effect: "0",
      error_after_success: "3",
      slow_ms: "0",
      only: "",
    };
    expect((await press(`/dashboard/weather/${id}`, { late_fee: "on", ...numbers })).status).toBe(303);
    expect((await control("/weather")).body).toMatchObject({
      late_fee: true,
      disorder: false,
      error_after_success: 3,
    });
    expect((await press(`/dashboard/weather/${id}`, { ...numbers, rate_limit: "-1" })).status).toBe(400);
  });

  it("collapses the faults while there are none", async () => {
    const { id, setFaults } = await newPlatform(url);
    const formIn = (html: string) =>
      html
        .split(`action="/dashboard/weather/${id}"`)[0]
        ?.match(/<details[^>]*>/g)
        ?.at(-1);
    expect(formIn(await read())).toBe("<details >");
    await setFaults({ disorder: true });
    expect(formIn(await read())).toBe("<details open>");
  });

  it("has the platforms first, and names an account without a name by the Marketplace it was made for", async () => {
    const first = await newPlatform(url, ["Vendor of the first"]);
    const second = await newPlatform(url);
    const made = await second.stripe.accounts.create({ metadata: { marketplace: "b2" } });
    const titles = [...(await read()).matchAll(/<h3 id="(acct_\w+)">(.*?) <code>/g)].map(([, id, title]) => ({
      id,
      title,
    }));
    const places = [first.id, second.id, ...first.connected, made.id].map((id) =>
      titles.findIndex((each) => each.id === id),
    );
    expect(places).toEqual([...places].sort((one, other) => one - other));
    expect(titles).toContainEqual({ id: made.id, title: "Vendor of the Marketplace b2" });
  });

  it("takes no form from another site", async () => {
    const { id } = await newPlatform(url);
    for (const headers of [
      { Origin: "http://evil.example" },
      { Origin: "null" },
      { "Sec-Fetch-Site": "cross-site" },
    ])
      expect((await press(`/dashboard/weather/${id}`, {}, headers)).status).toBe(403);
  });
});
