import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { listPlaces } from "../../../lib/overview/list_memberships.ts";
import { runSelfTest } from "../../../lib/self_test/run_self_test.ts";
import { listEvents } from "../../../lib/stripe_events/list_events.ts";
import { type Deployed, startDeployed } from "../../support/deployed.ts";
import { type Kms, startKms } from "../../support/kms.ts";
import { ownTables } from "../../support/own_tables.ts";
import { OPERATOR } from "../../support/people.ts";

await ownTables();

let deployed: Deployed;
let kms: Kms;
beforeAll(async () => {
  [deployed, kms] = await Promise.all([startDeployed(), startKms()]);
  process.env.SEALING_KMS_KEY = kms.makeKey().arn;
});
beforeEach(() => {
  vi.stubEnv("API_URL", `${deployed.url}/`);
});
afterEach(() => {
  deployed.fault = "nothing";
  kms.weather = "well";
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const HURRY = { post: 1_000, dispatch: 500 };
const eventsOfSelfTest = async () =>
  (await listEvents({ space: "self-test", limit: 100, next: undefined })).data;
it("follows an event through the service, and says how long each step took", async () => {
  const before = (await eventsOfSelfTest()).length;
  const ms = expect.any(Number);
  expect(await runSelfTest()).toEqual({
    ok: true,
    ms: { receive: ms, again: ms, dispatch: ms, refuse: ms },
  });
  const [event, ...others] = await eventsOfSelfTest();
  expect(others).toHaveLength(before);
  expect(event).toMatchObject({
    type: "convene.self_test",
    status: "ignored",
    runs: [{ detail: "no handler for convene.self_test" }],
  });
});

it("is in nobody's list of Spaces, an operator's neither", async () => {
  await runSelfTest();
  expect(await listPlaces({ role: "operator", space: "", actor: OPERATOR })).toEqual([]);
});

it("runs several times at once, and again after that", async () => {
  await Promise.all([runSelfTest(), runSelfTest(), runSelfTest()]);
  await runSelfTest();
});

describe("it fails, and says at which step,", () => {
  const url = () => `${deployed.url}/spaces/self-test/stripe_events`;

  it.each([
    ["unavailable", () => `receiving an event: ${url()} answered 503, and not 200`],
    ["silent", () => `receiving an event: ${url()} did not answer within 1000 ms, or could not be reached`],
    [
      "stores nothing",
      () => /handling it: evt_self_test_\w+ was answered 200, and is not in the events table/,
    ],
    ["no stream", () => /handling it: nothing has come of evt_self_test_\w+ within 500 ms/],
    ["takes any signature", () => `refusing a wrong signature: ${url()} answered 200, and not 400`],
  ] as const)("where the service is wrong: %s", async (fault, sentence) => {
    deployed.fault = fault;
    await expect(runSelfTest(HURRY)).rejects.toThrow(sentence());
  });

  it("where KMS does not open its secret", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    kms.weather = "denied";
    const posts = deployed.posts;
    await expect(runSelfTest(HURRY)).rejects.toThrow("The self-test failed at making its webhook secret: ");
    expect(deployed.posts).toBe(posts);
  });

  it("where the address leads nowhere", async () => {
    vi.stubEnv("API_URL", "http://127.0.0.1:9");
    await expect(runSelfTest(HURRY)).rejects.toThrow("or could not be reached");
  });
});
