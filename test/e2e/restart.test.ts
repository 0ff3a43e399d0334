import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { expect, inject, it, vi } from "vitest";
import { aPlace, isAlive, readyProduct, startProduct } from "../support/product.ts";
import { aShop } from "../support/shop.ts";

const [demoSpace] = inject("demo").spaces;

/** Whoever listens on 127.0.0.1 alone is not reached at another address of this machine. */
async function isReachableAt(host: string, port: number): Promise<boolean> {
  const socket = connect({ host, port, timeout: 1_000 });
  const connected = once(socket, "connect").then(() => true);
  const late = once(socket, "timeout").then(() => false);
  const reached = await Promise.race([connected, late]).catch(() => false);
  socket.destroy();
  return reached;
}

it("runs beside another, is gone whole after Ctrl-C, and finds its data again", {
  timeout: 500_000,
}, async () => {
  const place = await aPlace();
  const first = startProduct(place);
  const demo = await readyProduct(place, first);
  expect(demo.spaces.map(({ space }) => space)).toEqual(["demo", "other"]);
  expect(demo.spaces[0]?.apiKey).not.toBe(demoSpace?.apiKey);
  expect(first.output()).toContain(demo.baseUrl);
  for (const part of ["tables", "Stripe simulator", "sign-in", "demo Spaces", "service"])
    expect(first.output()).toContain(` ${part}: ready.`);
  const port = Number(place.env.PORT);
  for (const each of [port, port + 2, place.env.OIDC_PORT, place.env.STRIPE_SIMULATOR_PORT])
    expect([each, await isReachableAt("127.0.0.2", Number(each))]).toEqual([each, false]);
  const [space] = demo.spaces;
  const [marketplace] = space?.marketplaces ?? [];
  if (!space || !marketplace) throw new Error("the demo is not what it should be");
  const { order } = await aShop(demo, space).checkout(marketplace);

  const pids = first.pids();
  expect(pids.length).toBeGreaterThan(5);
  expect(await first.interrupt()).toBe(0);
  await vi.waitUntil(() => !pids.some(isAlive), { timeout: 10_000 });
  expect(existsSync(join(place.localDir, "demo.json"))).toBe(false);

  const second = startProduct(place);
  expect(await readyProduct(place, second)).toEqual(demo);
  expect(await aShop(demo, space).order(marketplace, order)).toMatchObject({ status: "open" });
  await second.interrupt();

  const third = startProduct(place, "--fresh");
  expect((await readyProduct(place, third)).spaces[0]?.marketplaces[0]?.marketplace).not.toBe(
    marketplace.marketplace,
  );
  await third.interrupt();
});
