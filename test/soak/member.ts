/** Somebody whom a Space has let in: they refund where the product lets them, on an Order's page. */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import * as v from "valibot";
import { answerTo, ask } from "./http.ts";

const POLL_MS = 200;
const Status = v.object({ status: v.string() });

/** What goes back to a buyer, in cents. */
type Refund = { amount: number; product_amount?: number };

export type Member = Awaited<ReturnType<typeof aMember>>;

/**
 * @param at the Space's address
 * @param origin of the product's pages
 * @param timePasses where Stripe has not answered yet: what asks it again goes by the clock
 */
export async function aMember(
  { space, at }: { space: string; at: string },
  origin: string,
  timePasses: () => Promise<void>,
) {
  // The lib reads the environment as the functions do, which was not set before.
  const { member, signedIn } = await import("../support/people.ts");
  const { email } = await member({ space });

  /** A working day is over soon here, so they sign in for each. */
  async function session(): Promise<Record<string, string>> {
    for (;;) {
      try {
        const { cookies, csrf } = await signedIn(email);
        return { cookie: cookies.join("; "), "x-csrf-token": csrf, origin };
      } catch {
        await wait(POLL_MS); // no table
      }
    }
  }

  return {
    /**
     * Asks for a refund until it is made; what Stripe refused, they ask for anew. Where nobody here has heard yet that the
     * Order is paid, they press `Ask Stripe now`.
     * @param order its address
     */
    async refund(order: string, refund: Refund): Promise<void> {
      for (let request = randomUUID(); ; ) {
        const headers = await session();
        const { status: stands } = v.parse(Status, await ask(order, headers));
        if (stands !== "paid") {
          await ask(`${at}/recoveries`, headers, {}, ["recovery_under_way"]);
          await timePasses();
          continue;
        }
        const asked = { ...headers, "idempotency-key": request };
        const { status, code } = await answerTo(`${order}/refunds`, asked, refund);
        if (status === 200 || status === 201) return;
        // Stripe is asked again minutes later by the clock, and the other people here may be done with moving it.
        if (status === 202 || code === "being_settled") await timePasses();
        else if (code === "refund_refused") request = randomUUID();
        else throw new Error(`A refund at ${order} was answered ${status} ${code}`);
      }
    },
  };
}
