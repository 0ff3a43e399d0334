import { expect, it, vi } from "vitest";
import { passLeases } from "../support/leases.ts";
import { aPlace, isAlive, readyProduct, startByNpm, startProduct } from "../support/product.ts";
import { aShop } from "../support/shop.ts";

it("pays an Order once though all is killed while the event is on its way", {
  timeout: 400_000,
}, async () => {
  const place = await aPlace();
  const first = startProduct(place);
  const demo = await readyProduct(place, first);
  const [space] = demo.spaces;
  const [marketplace] = space?.marketplaces ?? [];
  if (!space || !marketplace) throw new Error("the demo is not what it should be");
  const shop = aShop(demo, space);
  const orders = await Promise.all([1, 2, 3].map(() => shop.checkout(marketplace)));
  for (const { url } of orders) await shop.press(url, "pay");
  const pids = first.pids();
  await first.kill();
  await vi.waitUntil(() => !pids.some(isAlive), { timeout: 10_000 });

  const second = startProduct(place);
  await readyProduct(place, second);
  for (const { order } of orders) {
    const later = async () => {
      await passLeases(place, demo);
      return await shop.order(marketplace, order);
    };
    await expect.poll(later, { timeout: 90_000, interval: 1_000 }).toMatchObject({ status: "paid" });
    await shop.expectOrder(marketplace, order, "paid", { entries: ["placed", "paid"] });
  }
  await second.interrupt();
});

it.each(["SIGTERM", "SIGKILL"] as const)("leaves nothing running where npm gets %s", async (signal) => {
  const place = await aPlace();
  const product = startByNpm(place);
  await readyProduct(place, product);
  const [npm = 0, ...others] = product.pids();
  process.kill(npm, signal);
  await vi.waitUntil(() => !others.some(isAlive), { timeout: 30_000 });
});
