/** What the month is told and asked by. */
import { setTimeout as wait } from "node:timers/promises";
import * as v from "valibot";
import { UserError } from "../../cli/user_error.ts";
import { say } from "../support/say.ts";

export const POLL_MS = 1_000;

const Refusal = v.object({ error: v.object({ code: v.string() }) });

/**
 * Asks again where the service says that the same will be taken in a moment, as a person does.
 * @param again a code of ours, beside `unavailable`, that says so
 */
export async function ask(
  url: string,
  headers: Record<string, string>,
  body?: object,
  again?: string,
): Promise<unknown> {
  const response = await fetch(url, {
    method: body ? "POST" : "GET",
    headers: { accept: "application/json", ...(body && { "content-type": "application/json" }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  if (response.ok) return answer;
  const refusal = v.safeParse(Refusal, answer);
  const code = refusal.success ? refusal.output.error.code : "";
  if (code !== "unavailable" && code !== again)
    throw new Error(`${url} was answered ${response.status} ${JSON.stringify(answer)}`);
  await wait(POLL_MS);
  return await ask(url, headers, body, again);
}

export function assertSame(whose: string, ours: unknown, stripes: unknown): void {
  const [one, other] = [JSON.stringify(ours), JSON.stringify(stripes)];
  if (one !== other) throw new UserError(`${whose}: by our Orders ${one}, and by Stripe ${other}.`);
  say(`${whose}: ${one}, the same at Stripe.`);
}
