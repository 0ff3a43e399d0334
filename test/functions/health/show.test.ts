import { expect, it, vi } from "vitest";
import { handler } from "../../../functions/health/show.ts";
import { answerOf, aRequest } from "../../support/requests.ts";

it("says that the service is up, to anybody, whatever else is not", async () => {
  vi.stubEnv("SETTINGS_TABLE", undefined);
  vi.stubEnv("SEALING_KEY", undefined);
  try {
    expect(answerOf(await handler(aRequest({})))).toEqual({ status: 200, body: { status: "ok" } });
  } finally {
    vi.unstubAllEnvs();
  }
});
