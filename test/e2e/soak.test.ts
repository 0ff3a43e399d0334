import { execa } from "execa";
import { expect, it } from "vitest";
import { PATIENCE_MS } from "../support/patience.ts";

/** A small one of `npm run test:soak`: each part is killed, and all together, and each other trouble comes once at least. */
const SOAK_ORDERS = "30";

it(
  "loses nothing, and does nothing twice, whatever is killed",
  async () => {
    const { exitCode, all } = await execa("node", ["test/soak/main.ts"], {
      env: { SOAK_ORDERS },
      all: true,
      reject: false,
    });
    expect(exitCode, all).toBe(0);
    expect(all).toContain(`Orders by Stripe's lists: all ${SOAK_ORDERS} are as they should be.`);
  },
  // It sees by itself what does not go on; a slow machine is given time.
  20 * PATIENCE_MS,
);
