import { lookup } from "node:dns/promises";
import { setTimeout as wait } from "node:timers/promises";
import * as v from "valibot";
import { UserError } from "../cli/user_error.ts";
import type { Clients } from "./clients.ts";
import { invokeUntilItWorks } from "./functions.ts";
import { dnsOf } from "./outputs.ts";
import type { Deployed } from "./stacks.ts";

const Health = v.object({ status: v.literal("ok") });
const TRIES = 10;
const PAUSE_MS = 2_000;
const ANSWER_WITHIN_MS = 10_000;

/**
 * Sees that what was deployed works: it answers at its own address, and at each host whose DNS leads to it, and its
 * self-test carries a signed event through receive and dispatch.
 * @throws {UserError} saying what does not.
 */
export async function smokeTest(clients: Clients, stage: string, service: Deployed): Promise<void> {
  await assertHealthy(apiAddress(service.outputs.HttpApiUrl ?? ""));
  for (const { host: name, target } of dnsOf(service.outputs)) {
    const host = name.replace("*", "health"); // any host of a wildcard
    if (await leadsTo(host, target)) await assertHealthy(`https://${host}`);
    else console.log(`The DNS of ${host} does not lead here yet, so it was not tried.`);
  }
  if (!(await invokeUntilItWorks(clients, stage, "selfTest"))) console.log("This release has no self-test.");
}

/** Where AWS is stood in for, no DNS knows its hosts, and the fake answers by the path of LocalStack. */
function apiAddress(url: string): string {
  const fakeAws = process.env.AWS_ENDPOINT_URL;
  if (!fakeAws) return url;
  const [api] = new URL(url).hostname.split(".");
  return new URL(`/_aws/execute-api/${api}`, fakeAws).href;
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
  throw new UserError(`It is deployed, but ${health} does not say that it is well (${answer}).`);
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
