import { afterEach, expect, it, vi } from "vitest";
import { handler } from "../../../functions/self_test/run.ts";
import { startDeployed } from "../../support/deployed.ts";
import { ownTables } from "../../support/own_tables.ts";
import { aContext } from "../../support/requests.ts";

await ownTables();

afterEach(() => vi.unstubAllEnvs());

it("answers that all is well, or fails with a sentence", async () => {
  const deployed = await startDeployed();
  vi.stubEnv("API_URL", deployed.url);
  expect(await handler({}, aContext())).toMatchObject({ ok: true });
  deployed.fault = "unavailable";
  await expect(handler({}, aContext())).rejects.toThrow(/^The self-test failed at receiving an event: /);
});
