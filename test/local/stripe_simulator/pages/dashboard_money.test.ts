import { expect, it } from "vitest";
import { orderB } from "../payments/sale.ts";
import { simulatorForTests } from "../support.ts";

const url = await simulatorForTests();
const read = async () => (await fetch(url)).text();

async function press(path: string, fields: Record<string, string> = {}) {
  const body = new URLSearchParams(fields);
  return (await fetch(`${url}/dashboard/${path}`, { method: "POST", body, redirect: "manual" })).status;
}

it("refunds a payment, takes a transfer back, and answers for the bank", async () => {
  const { stripe, charge, transfer } = await orderB(url);
  expect(await press(`charges/${charge}`, { do: "refund", amount: "650" })).toBe(303);
  expect(await press(`transfers/${transfer}`, { amount: "417" })).toBe(303);
  expect(await stripe.transfers.retrieve(transfer)).toMatchObject({ amount_reversed: 417 });
  const [refund] = (await stripe.refunds.list({ charge })).data;
  expect(refund).toMatchObject({ amount: 650, status: "succeeded" });
  for (const what of ["$18.90", "$6.50", "$12.15", "$4.17", `Fail ${refund?.id}`, `Reverse ${transfer}`])
    expect(await read()).toContain(what);
  expect(await press(`refunds/${refund?.id}`, { do: "fail" })).toBe(303);
  expect(await stripe.refunds.retrieve(refund?.id ?? "")).toMatchObject({ status: "failed" });
  expect(await press(`refunds/${refund?.id}`, { do: "fail" })).toBe(400);
  expect(await press(`charges/${charge}`, { do: "refund", amount: "" })).toBe(303); // all of it
  expect(await stripe.charges.retrieve(charge)).toMatchObject({ refunded: true });
});

it("opens and decides disputes", async () => {
  const { stripe, charge } = await orderB(url);
  await press(`charges/${charge}`, { do: "inquire", amount: "100" });
  const disputes = async () => (await stripe.disputes.list({ charge })).data;
  const [inquiry] = await disputes();
  expect(inquiry).toMatchObject({ amount: 100, status: "warning_needs_response" });
  await press(`disputes/${inquiry?.id}`, { do: "close" });
  await press(`charges/${charge}`, { do: "dispute", amount: "" });
  const [dispute] = await disputes();
  expect(await read()).toContain(`Lose ${dispute?.id}`);
  await press(`disputes/${dispute?.id}`, { do: "lose", amount: "" });
  expect(await read()).not.toContain(`Lose ${dispute?.id}`);
  await press(`disputes/${dispute?.id}`, { do: "return", amount: "650" });
  await press(`disputes/${dispute?.id}`, { do: "win", amount: "" });
  expect(await disputes()).toMatchObject([{ status: "won" }, { status: "warning_closed" }]);
});

it("shows what each account has, and lets it be paid out and time pass", async () => {
  const { stripe, vendor, asVendor, id, charge } = await orderB(url);
  expect(await read()).toContain("test mode: $12.15 available, $0.00 pending");
  const set = { available: "400", currency: "usd", mode: "test" };
  expect(await press(`accounts/${vendor}/balance`, set)).toBe(303);
  expect(await stripe.balance.retrieve({}, asVendor)).toMatchObject({ available: [{ amount: 400 }] });
  await stripe.checkout.sessions.list();
  expect(await press(`accounts/${id}/clock`, { days: "3" })).toBe(303);
  await press(`charges/${charge}`, { do: "refund", amount: "1" });
  const [event] = (await stripe.events.list()).data;
  expect((event?.created ?? 0) - Date.now() / 1000).toBeGreaterThan(5 * 24 * 60 * 60);
  expect(await press(`accounts/${vendor}/balance`, { ...set, available: "a lot" })).toBe(400);
});

it("pays out what there is, which a bank may send back", async () => {
  const { stripe, id } = await orderB(url);
  expect(await read()).toContain(`Pay out usd of ${id} in test mode`);
  expect(await press(`accounts/${id}/payouts`, { currency: "usd", mode: "test" })).toBe(303);
  const [payout] = (await stripe.payouts.list()).data;
  expect(payout).toMatchObject({ amount: 590, automatic: true });
  expect(await read()).not.toContain(`Pay out usd of ${id} in test mode`);
  expect(await press(`accounts/${id}/payouts`, { currency: "usd", mode: "test" })).toBe(400);
  expect(await read()).toContain(`Fail ${payout?.id}`);
  expect(await press(`payouts/${payout?.id}`, { do: "fail" })).toBe(303);
  expect(await read()).not.toContain(`Fail ${payout?.id}`);
});

it("lets a bank take a payment back", async () => {
  const { stripe, charge } = await orderB(url);
  await press(`charges/${charge}`, { do: "fail_late", amount: "" });
  expect(await stripe.charges.retrieve(charge)).toMatchObject({ status: "failed" });
});
