import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import type { Demo } from "../../local/demo.ts";
import { isOfOrder } from "./orders.ts";

export type DemoSpace = Demo["spaces"][number];
export type DemoMarketplace = DemoSpace["marketplaces"][number];

/** A program of a Space, as its developer would write it: an API key, and HTTP. */
export function aShop(
  { baseUrl, simulatorUrl }: Demo,
  { space, apiKey, stripeSecretKey }: Pick<DemoSpace, "space" | "apiKey" | "stripeSecretKey">,
) {
  const call = async (path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${baseUrl}/spaces/${space}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${apiKey}`, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };
  const pathOf = ({ room, marketplace }: DemoMarketplace): string =>
    `/rooms/${room}/marketplaces/${marketplace}`;

  const checkout = async (marketplace: DemoMarketplace, key: string = randomUUID()) => {
    const request = {
      line_items: [{ name: "Bread", unit_amount: 650, quantity: 2 }],
      delivery_amount: 500,
      tax_amount: 90,
      currency: "usd",
      success_url: `${baseUrl}/health#session={CHECKOUT_SESSION_ID}`,
      cancel_url: "https://shop.example/cart",
    };
    const { status, body } = await call(`${pathOf(marketplace)}/checkouts`, request, {
      "idempotency-key": key,
    });
    expect(status).toBe(201);
    return { order: String(body.order), session: String(body.checkout_session), url: String(body.url) };
  };

  const order = async (marketplace: DemoMarketplace, id: string) =>
    (await call(`${pathOf(marketplace)}/orders/${id}`)).body;

  /** What the buyer presses on the checkout page. */
  const press = async (url: string, action: string): Promise<void> => {
    const body = new URLSearchParams({ action });
    const response = await fetch(url, { method: "POST", body, redirect: "manual" });
    expect(response.status).toBe(303);
  };

  /** Speaks to the simulator with the Space's Stripe key. */
  const stripe = async (method: string, path: string, body?: URLSearchParams | string) => {
    const response = await fetch(`${simulatorUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${stripeSecretKey}` },
      ...(body !== undefined && { body }),
    });
    expect(response.ok).toBe(true);
    return await response.json();
  };

  const expectOrder = async (
    marketplace: DemoMarketplace,
    id: string,
    status: string,
    { entries }: { entries: string[] },
  ): Promise<void> => {
    await expect.poll(() => order(marketplace, id), { interval: 200 }).toMatchObject({ status });
    const { timeline } = await order(marketplace, id);
    expect(timeline.map(({ entry }: { entry: string }) => entry).filter(isOfOrder)).toEqual(entries);
  };

  return { call, pathOf, checkout, order, press, stripe, expectOrder };
}
