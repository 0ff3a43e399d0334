import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { now, toSeconds } from "../clock.ts";
import { configuration } from "../configuration.ts";
import { NotFound } from "../errors.ts";
import { SELF_TEST_SPACE } from "../spaces/space.ts";
import { getEvent } from "../stripe_events/get_event.ts";
import { signatureHeader } from "../stripe_events/signature.ts";
import type { StoredEvent } from "../stripe_events/stored_event.ts";
import { selfTestSecret } from "./self_test_secret.ts";

/** How long each step took, in ms; `dispatch` from the first 200 until the event was through. */
type SelfTest = { ok: true; ms: Record<"receive" | "again" | "dispatch" | "refuse", number> };

/** How long each step may take, in ms: a post that starts a Lambda, and the stream, which comes by within seconds. */
type Patience = { post: number; dispatch: number };
const PATIENCE: Patience = { post: 10_000, dispatch: 60_000 };
const POLL_MS = 250;

/**
 * Posts an event to ourselves as Stripe would, and follows it through the deployed service: received once though it is
 * sent twice, brought by the stream, and handled in one run, which ignores its type. What is signed wrong is refused.
 * The event stays, and expires like any other.
 * @throws {Error} with a sentence that says which step failed.
 */
export async function runSelfTest(patience = PATIENCE): Promise<SelfTest> {
  const secret = await step("making its webhook secret", selfTestSecret);
  const { id, body } = anEvent();
  const send = (by: string, expected: number) => () =>
    post(body, signatureHeader(body, by), expected, patience.post);
  const receive = await timed("receiving an event", send(secret, 200));
  const began = now();
  const again = await timed("receiving it again", send(secret, 200));
  await step("handling it", () => seeIgnored(id, patience.dispatch));
  const dispatch = now().getTime() - began.getTime();
  const refuse = await timed("refusing a wrong signature", send(`${secret}0`, 400));
  return { ok: true, ms: { receive, again, dispatch, refuse } };
}

/** Of a type that nothing handles. @returns the body as Stripe would post it. */
function anEvent(): { id: string; body: string } {
  const id = `evt_self_test_${randomBytes(12).toString("hex")}`;
  const event = {
    id,
    object: "event",
    api_version: null,
    created: toSeconds(now()),
    data: { object: { id: "self_test", object: "self_test" } },
    livemode: false,
    type: "convene.self_test",
  };
  return { id, body: JSON.stringify(event) };
}

async function post(body: string, signature: string, expected: number, patience: number): Promise<void> {
  const url = `${configuration.apiUrl}/spaces/${SELF_TEST_SPACE}/stripe_events`;
  const { status } = await fetch(url, {
    method: "POST",
    body,
    headers: { "content-type": "application/json", "stripe-signature": signature },
    redirect: "manual",
    signal: AbortSignal.timeout(patience),
  }).catch((cause: unknown) => {
    throw new Error(`${url} did not answer within ${patience} ms, or could not be reached`, { cause });
  });
  if (status !== expected) throw new Error(`${url} answered ${status}, and not ${expected}`);
}

/** Waits until the event is through. */
async function seeIgnored(id: string, patience: number): Promise<void> {
  const until = now().getTime() + patience;
  let event = await readEvent(id);
  while (event?.status === "received" && now().getTime() < until) {
    await setTimeout(POLL_MS);
    event = await readEvent(id);
  }
  if (!event) throw new Error(`${id} was answered 200, and is not in the events table`);
  if (event.status === "received") throw new Error(`nothing has come of ${id} within ${patience} ms`);
  if (event.status !== "ignored" || event.runs.length !== 1)
    throw new Error(`${id} is ${event.status} after ${event.runs.length} runs, and not ignored after one`);
}

async function readEvent(id: string): Promise<StoredEvent | undefined> {
  try {
    return await getEvent(SELF_TEST_SPACE, id);
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
}

async function timed(what: string, act: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await step(what, act);
  return Math.round(performance.now() - began);
}

async function step<Result>(what: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    const why = error instanceof Error ? error.message : "";
    throw new Error(`The self-test failed at ${what}: ${why}`, { cause: error });
  }
}
