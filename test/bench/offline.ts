import { rmSync } from "node:fs";
import { sign } from "../support/events.ts";
import { aPlace, readyProduct, startProduct } from "../support/product.ts";
import { aBody } from "./bodies.ts";
import { median, percentile } from "./statistics.ts";

/** Over HTTP, in ms. */
export type OfflinePace = { atOnce: number; p50: number; p99: number; eventsPerS: number };

/** The whole product as `npm start` starts it, and its Marketplace's own URL over HTTP: the road of `stripe listen`. */
export async function throughOffline(events = 100): Promise<OfflinePace[]> {
  const place = await aPlace();
  const product = startProduct(place);
  try {
    const demo = await readyProduct(place, product);
    const marketplace = demo.spaces[0]?.marketplaces[0];
    if (!marketplace) throw new Error("the demo has no Marketplace");
    const post = async (): Promise<number> => {
      const { body } = aBody(5);
      const headers = { "stripe-signature": sign(body, marketplace.webhookSecret) };
      const began = performance.now();
      const response = await fetch(marketplace.forwardUrl, { method: "POST", headers, body });
      const ms = performance.now() - began;
      if (response.status !== 200) throw new Error(`serverless-offline answered ${response.status}`);
      return ms;
    };
    for (let n = 0; n < 20; n++) await post();
    return [await pace(post, 1, events), await pace(post, 16, events)];
  } finally {
    await product.interrupt();
    rmSync(place.localDir, { recursive: true, force: true });
  }
}

async function pace(post: () => Promise<number>, atOnce: number, events: number): Promise<OfflinePace> {
  const latencies: number[] = [];
  let left = events;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) latencies.push(await post());
    }),
  );
  const ms = performance.now() - began;
  return {
    atOnce,
    p50: median(latencies),
    p99: percentile(latencies, 99),
    eventsPerS: (events / ms) * 1_000,
  };
}
