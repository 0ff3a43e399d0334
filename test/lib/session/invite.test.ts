import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { invite } from "../../../lib/session/invite.ts";
import { type Cognito, startCognito } from "../../support/cognito.ts";
import { anEmail } from "../../support/people.ts";

let cognito: Cognito;
let email: string;
beforeAll(async () => {
  cognito = await startCognito();
});
beforeEach(() => {
  vi.stubEnv("USER_POOL_ID", cognito.pool);
  email = anEmail();
});
afterEach(() => {
  cognito.weather = "well";
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

it("has a mail sent by the user pool that people sign in at", async () => {
  await invite(email);
  expect(cognito.users.get(email)).toMatchObject({ mails: 1 });
});

it("does nothing where another issuer knows the people", async () => {
  vi.stubEnv("USER_POOL_ID", "");
  cognito.weather = "down";
  await invite(email);
  expect(cognito.users.has(email)).toBe(false);
});

describe("says so", () => {
  beforeEach(() => {
    vi.spyOn(console, "error").mockImplementation(() => {});
  });

  it.each(["down", "denied"] as const)("where Cognito is %s, and works once it is back", async (weather) => {
    cognito.weather = weather;
    await expect(invite(email)).rejects.toMatchObject({
      status: 503,
      message: "The invitation could not be sent, so nobody was invited. Try again in a moment.",
    });
    cognito.weather = "well";
    await invite(email);
    expect(cognito.users.get(email)).toMatchObject({ mails: 1 });
  });

  it("where the address is one that Cognito does not take", async () => {
    await expect(invite(`${"x".repeat(117)}@example.com`)).rejects.toMatchObject({
      status: 409,
      code: "not_invited",
    });
  });
});
