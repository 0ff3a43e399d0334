/** One place from start to start: what it keeps, and what it leaves when it ends, in whatever way. */

import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, expect, inject, it } from "vitest";
import type { Demo } from "../../local/demo.ts";
import { passLeases } from "../support/leases.ts";
import { aPlace, isAlive, type Product, readyProduct, startByNpm, startProduct } from "../support/product.ts";
import { aShop } from "../support/shop.ts";
import { waitUntil } from "../support/wait.ts";

const [demoSpace] = inject("demo").spaces;
const place = await aPlace();
afterAll(() => rmSync(place.localDir, { recursive: true }));

let running: Product | undefined;
let last: Demo | undefined;

/** What runs at the place, by `npm start` where nothing does. */
async function theProduct(...args: string[]): Promise<{ product: Product; demo: Demo }> {
  running ??= startByNpm(place, ...args);
  last = await readyProduct(place, running);
  return { product: running, demo: last };
}

/** Ends what runs, and waits until nothing of it is left. */
async function end(product: Product, act: (pids: number[]) => unknown): Promise<void> {
  const pids = product.pids();
  expect(pids.length).toBeGreaterThan(5);
  running = undefined;
  await act(pids);
  await waitUntil(() => !pids.some(isAlive));
}

/** Whoever listens on 127.0.0.1 alone is not reached at another address of this machine. */
async function isReachableAt(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port, timeout: 1_000 });
  const connected = once(socket, "connect").then(() => true);
  const late = once(socket, "timeout").then(() => false);
  const reached = await Promise.race([connected, late]).catch(() => false);
  socket.destroy();
  return reached;
}

function shopOf(demo: Demo) {
  const [space] = demo.spaces;
  const [marketplace] = space?.marketplaces ?? [];
  if (!space || !marketplace) throw new Error("the demo is not what it should be");
  return { shop: aShop(demo, space), marketplace };
}

it("runs beside another, is gone whole after Ctrl-C, and finds its data again", async () => {
  const first = startProduct(place);
  const demo = await readyProduct(place, first);
  expect(demo.spaces.map(({ space }) => space)).toEqual(["demo", "other"]);
  expect(demo.spaces[0]?.apiKey).not.toBe(demoSpace?.apiKey);
  await expect.poll(first.output).toContain(demo.baseUrl);
  for (const part of ["tables", "Stripe simulator", "sign-in", "demo Spaces", "service"])
    expect(first.output()).toContain(` ${part}: ready.`);
  const port = Number(place.env.PORT);
  for (const each of [port, port + 2, place.env.OIDC_PORT, place.env.STRIPE_SIMULATOR_PORT])
    expect([each, await isReachableAt("127.0.0.2", Number(each))]).toEqual([each, false]);
  const { shop, marketplace } = shopOf(demo);
  const { body } = await shop.call(`${shop.pathOf(marketplace)}/edit`);
  expect(body.connection).toMatchObject({ status: "can_be_paid", read_at: expect.any(String) });
  const { order } = await shop.checkout(marketplace);

  await end(first, async () => expect(await first.interrupt()).toBe(0));
  expect(existsSync(join(place.localDir, "demo.json"))).toBe(false);

  expect((await theProduct()).demo).toEqual(demo);
  expect(await shop.order(marketplace, order)).toMatchObject({ status: "open" });
});

it("pays an Order once though all is killed while the event is on its way", async () => {
  const { product, demo } = await theProduct();
  const { shop, marketplace } = shopOf(demo);
  const orders = await Promise.all([1, 2, 3].map(() => shop.checkout(marketplace)));
  for (const { url } of orders) await shop.press(url, "pay");
  await end(product, () => product.kill());

  await theProduct();
  for (const { order } of orders) {
    const later = async () => {
      await passLeases(place, demo);
      return await shop.order(marketplace, order);
    };
    await expect.poll(later, { interval: 1_000 }).toMatchObject({ status: "paid" });
    await shop.expectOrder(marketplace, order, "paid", { entries: ["placed", "paid"] });
  }
});

async function endsWithNpm(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  const { product } = await theProduct();
  await end(product, ([npm = 0]) => process.kill(npm, signal));
}

it("leaves nothing running where npm gets SIGTERM", () => endsWithNpm("SIGTERM"));

it("begins anew with --fresh", async () => {
  const before = last ?? (await theProduct()).demo;
  const old = running;
  if (old) await end(old, () => old.kill());
  const { demo } = await theProduct("--fresh");
  expect(shopOf(demo).marketplace.marketplace).not.toBe(shopOf(before).marketplace.marketplace);
});

it("leaves nothing running where npm gets SIGKILL", () => endsWithNpm("SIGKILL"));
