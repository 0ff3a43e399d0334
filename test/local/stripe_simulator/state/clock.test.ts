import { expect, it } from "vitest";
import { newPlatform, sessionParams, simulatorForTests } from "../support.ts";

const url = await simulatorForTests();

const DAY_S = 24 * 60 * 60;

it("moves ahead for an account and those connected to it, and for nobody else", async () => {
  const [here, there] = [await newPlatform(url, ["Vendor"]), await newPlatform(url)];
  const [hers, theirs] = [
    await here.stripe.checkout.sessions.create(sessionParams(), { idempotencyKey: "once" }),
    await there.stripe.checkout.sessions.create(sessionParams()),
  ];
  const { body } = await here.control("/clock", { advance_s: DAY_S });
  expect(Math.abs(body.now - Date.now() / 1000 - DAY_S)).toBeLessThan(60);
  expect(await here.stripe.checkout.sessions.retrieve(hers.id)).toMatchObject({ status: "expired" });
  expect(await there.stripe.checkout.sessions.retrieve(theirs.id)).toMatchObject({ status: "open" });
  const again = await here.stripe.checkout.sessions.create(sessionParams(), { idempotencyKey: "once" });
  expect(again.id).not.toBe(hers.id);
  expect(again.expires_at - again.created).toBe(DAY_S);
  const asVendor = { stripeAccount: here.connected[0] ?? "" };
  const vendors = await here.stripe.checkout.sessions.create(sessionParams(), asVendor);
  expect(vendors.created - again.created).toBeLessThan(60);
});

it("is that of its platform for an account that is connected later", async () => {
  const { stripe, control } = await newPlatform(url);
  const { body } = await control("/clock", { advance_s: DAY_S });
  const { id } = await stripe.accounts.create({});
  const session = await stripe.checkout.sessions.create(sessionParams(), { stripeAccount: id });
  expect(session.created).toBeGreaterThanOrEqual(body.now);
});

it("never goes back", async () => {
  const { control } = await newPlatform(url);
  expect(await control("/clock", { advance_s: -1 })).toMatchObject({ status: 400 });
});
