import { afterEach, expect, it, vi } from "vitest";
import { issuer } from "../../../lib/session/issuer.ts";
import { newIssuer } from "../../local/oidc_provider/support.ts";
import { metricsSaid } from "../../support/metrics.ts";

afterEach(() => vi.unstubAllEnvs());

it("says so while the issuer does not answer, then finds it, and asks it once", async () => {
  const said = metricsSaid();
  await expect(issuer()).rejects.toMatchObject({
    status: 503,
    message: "The sign-in service does not answer. Try again in a moment.",
  });
  expect(said()).toEqual({ SignInsFailed: [1] });
  const { url, close } = await newIssuer();
  vi.stubEnv("OIDC_ISSUER", url);
  const found = await issuer();
  expect(found.serverMetadata().issuer).toBe(url);
  await close();
  expect(await issuer()).toBe(found);
});
