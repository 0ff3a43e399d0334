import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { expect, it } from "vitest";
import { inviteOperators } from "../../release/operators.ts";
import { startCognito } from "../support/cognito.ts";

it("mails the operators who have not signed in yet, at every deploy, and names them", async () => {
  const { pool, users } = await startCognito();
  const cognito = new CognitoIdentityProviderClient({});
  const emails = ["olivia@convene.example", "omar@convene.example"];
  const invited = () => inviteOperators({ cognito }, pool, emails);
  expect(await invited()).toEqual(emails);
  users.set("olivia@convene.example", { status: "CONFIRMED", attributes: {}, mails: 1 });
  expect(await invited()).toEqual(["omar@convene.example"]);
  expect(emails.map((email) => users.get(email)?.mails)).toEqual([1, 2]);
});
