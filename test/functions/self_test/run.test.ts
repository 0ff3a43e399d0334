import { afterEach, expect, it, vi } from "vitest";
import { handler } from "../../../functions/self_test/run.ts";
import { startDeployed } from "../../support/deployed.ts";

afterEach(() => vi.unstubAllEnvs());

it("answers that all is well, or fails with a sentence", async () => {
  const deployed = await startDeployed();
  vi.stubEnv("API_URL", deployed.url);
  expect(await handler()).toMatchObject({ ok: true });
  deployed.fault = "unavailable";
  await expect(handler()).rejects.toThrow(/^The self-test failed at receiving an event: /);
});
