import { lookup } from "node:dns/promises";
import { setTimeout as wait } from "node:timers/promises";
import * as v from "valibot";
import { Stop } from "../commands/stop.ts";
import type { Clients } from "./clients.ts";
import { invoke } from "./functions.ts";
import { dnsOf } from "./outputs.ts";
import type { Deployed } from "./stacks.ts";

const Health = v.object({ status: v.literal("ok") });
const TRIES = 10;
const PAUSE_MS = 2_000;
const ANSWER_WITHIN_MS = 10_000;

/**
 * Sees that what was deployed works: it answers at its own address, and at each host whose DNS leads to it, and its
 * self-test carries a signed event through receive and dispatch.
 * @throws {Stop} saying what does not.
 */
export async function smokeTest(clients: Clients, stage: string, service: Deployed): Promise<void> {
  await assertHealthy(apiAddress(service.outputs.HttpApiUrl ?? ""));
  for (const { host, target } of dnsOf(service.outputs)) {
    if (await leadsTo(host, target)) await assertHealthy(`https://${host}`);
    else console.log(`The DNS of ${host} does not lead here yet, so it was not tried.`);
  }
  await passSelfTest(clients, stage);
}

/** In ms: how long a self-test may fail, and how long to wait before it is tried again. */
export type Patience = { failing: number; pause: number };
/**
 * A stream that has just been given to a function may take minutes to bring its first event, and a role to be known
 * everywhere (Lambda, "Event source mappings"; IAM, "Changes that I make are not always immediately visible").
 */
const PATIENCE: Patience = { failing: 5 * 60_000, pause: 5_000 };

/** Runs the self-test of what was deployed, until it passes. @throws {Stop} with what it says when it still fails. */
export async function passSelfTest(
  clients: Pick<Clients, "lambda">,
  stage: string,
  patience = PATIENCE,
): Promise<void> {
  const until = Date.now() + patience.failing;
  for (let said = ""; ; await wait(patience.pause))
    try {
      if (!(await invoke(clients, stage, "selfTest"))) console.log("This release has no self-test.");
      return;
    } catch (error) {
      if (!(error instanceof Stop) || Date.now() > until) throw error;
      if (said !== error.message)
        console.log(`${error.message} What is new may need some minutes; it is tried again.`);
      said = error.message;
    }
}

/** Where AWS is stood in for, no DNS knows its hosts, and the stand-in answers by the path of LocalStack. */
function apiAddress(url: string): string {
  const standIn = process.env.AWS_ENDPOINT_URL;
  if (!standIn) return url;
  const [api] = new URL(url).hostname.split(".");
  return new URL(`/_aws/execute-api/${api}`, standIn).href;
}

async function assertHealthy(address: string): Promise<void> {
  const health = `${address}/health`;
  let answer = "";
  for (let tries = 1; tries <= TRIES; tries++) {
    try {
      const response = await fetch(health, {
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        redirect: "error",
      });
      const text = await response.text();
      if (response.ok && v.is(Health, JSON.parse(text))) return;
      answer = String(response.status);
    } catch (error) {
      answer = error instanceof Error ? error.message : String(error);
    }
    if (tries < TRIES) await wait(PAUSE_MS);
  }
  throw new Stop(`It is deployed, but ${health} does not say that it is well (${answer}).`);
}

/** Whether a host's DNS has an address of its target's. */
async function leadsTo(host: string, target: string): Promise<boolean> {
  const [ours, theirs] = await Promise.all([addressesOf(target), addressesOf(host)]);
  return theirs.some((address) => ours.includes(address));
}

async function addressesOf(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
}
