import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { inviteIntoPool } from "../../../lib/session/user_pool.ts";
import { type Cognito, startCognito } from "../../support/cognito.ts";
import { anEmail } from "../../support/people.ts";

let cognito: Cognito;
let client: CognitoIdentityProviderClient;
let email: string;
beforeAll(async () => {
  cognito = await startCognito();
  client = new CognitoIdentityProviderClient({ maxAttempts: 1 });
});
beforeEach(() => {
  email = anEmail();
});

const invited = () => inviteIntoPool(client, cognito.pool, email);

it("makes a user of that address, which counts as verified, and has a mail sent", async () => {
  expect(await invited()).toBe(true);
  expect(cognito.users.get(email)).toEqual({
    status: "FORCE_CHANGE_PASSWORD",
    attributes: { email, email_verified: "true" },
    mails: 1,
  });
});

it("reminds somebody who was invited and never came", async () => {
  await invited();
  expect(await invited()).toBe(true);
  expect(cognito.users.get(email)).toMatchObject({ mails: 2 });
});

it("leaves somebody alone who signs in already, and says that no mail was sent", async () => {
  const before = { status: "CONFIRMED", attributes: { email }, mails: 1 } as const;
  cognito.users.set(email, { ...before });
  expect(await invited()).toBe(false);
  expect(cognito.users.get(email)).toEqual(before);
});

it.each([
  [
    "the pool is not there",
    () => inviteIntoPool(client, "eu-central-1_Gone", email),
    "ResourceNotFoundException",
  ],
  [
    "the address is one that Cognito does not take",
    () => inviteIntoPool(client, cognito.pool, `${"x".repeat(117)}@example.com`),
    "InvalidParameterException",
  ],
])("passes on what Cognito refuses, where %s", async (_what, inviting, name) => {
  await expect(inviting()).rejects.toMatchObject({ name });
});
