import { inject } from "vitest";
import type { TestSpace } from "./spaces.ts";

type Key = Pick<TestSpace, "stripeSecretKey">;

/** Asks the simulator's own controls, as the account of the Space; see local/stripe_simulator/control.ts. */
export async function control<Answer = unknown>(
  { stripeSecretKey }: Key,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(`${inject("simulatorUrl")}/simulator/${path}`, {
    headers: { authorization: `Bearer ${stripeSecretKey}`, "content-type": "application/json" },
    ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  const answer: Answer = await response.json();
  return answer;
}

/** The requests of the Space's account to a path at Stripe, answered or not, oldest first. */
export async function requestsTo(space: Key, path: string): Promise<{ method: string; status: number }[]> {
  const { data } = await control<{ data: { method: string; status: number }[] }>(
    space,
    `requests?path=${path}`,
  );
  return data;
}

/** What becomes of a connected account at Stripe. */
export const turn = (
  space: Key,
  account: string,
  to: "complete" | "want_more" | "restrict" | "reject" | "pend",
): Promise<unknown> => control(space, `accounts/${account}/onboarding`, { do: to });

/** The Vendor lets the platform go, in their own dashboard. */
export const deauthorizeAtStripe = (space: Key, account: string): Promise<unknown> =>
  control(space, `accounts/${account}/deauthorize`, {});
