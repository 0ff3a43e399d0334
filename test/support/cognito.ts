import * as v from "valibot";
import { afterAll } from "vitest";
import { type AwsService, Refusal, startAwsService } from "./aws_service.ts";

type User = {
  /** As Cognito calls it: until somebody has signed in, and after. */
  status: "FORCE_CHANGE_PASSWORD" | "CONFIRMED";
  attributes: Record<string, string>;
  /** How many invitations were mailed. */
  mails: number;
};

export type Cognito = AwsService & { pool: string; users: Map<string, User> };

const AdminCreateUser = v.strictObject({
  UserPoolId: v.string(),
  Username: v.string(),
  UserAttributes: v.optional(v.array(v.strictObject({ Name: v.string(), Value: v.string() })), []),
  MessageAction: v.optional(v.picklist(["RESEND"])),
  DesiredDeliveryMediums: v.tuple([v.literal("EMAIL")]),
});

/**
 * A stand-in for one user pool of Amazon Cognito, whose user names are email addresses; it knows `AdminCreateUser`
 * (Amazon Cognito API reference). The client of this process finds it; it ends with the file of tests.
 */
export async function startCognito(): Promise<Cognito> {
  const pool = "eu-central-1_Abc123";
  const users = new Map<string, User>();

  function adminCreateUser(input: unknown): object {
    const { UserPoolId, Username, UserAttributes, MessageAction } = v.parse(AdminCreateUser, input);
    if (UserPoolId !== pool) throw new Refusal("ResourceNotFoundException", "no such pool");
    if (Username.length > 128) throw new Refusal("InvalidParameterException", "username is too long");
    const user = users.get(Username);
    if (MessageAction) return resend(user, Username);
    if (user) throw new Refusal("UsernameExistsException", "User account already exists");
    const attributes = Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value]));
    users.set(Username, { status: "FORCE_CHANGE_PASSWORD", attributes, mails: 1 });
    return { User: { Username, UserStatus: "FORCE_CHANGE_PASSWORD" } };
  }

  function resend(user: User | undefined, Username: string): object {
    if (!user) throw new Refusal("UserNotFoundException", "User does not exist.");
    if (user.status !== "FORCE_CHANGE_PASSWORD")
      throw new Refusal("UnsupportedUserStateException", "Resend not possible.");
    user.mails += 1;
    return { User: { Username, UserStatus: user.status } };
  }

  const service = await startAwsService((action, input) => {
    if (action !== "AdminCreateUser") throw new Refusal("UnknownOperationException", action);
    return adminCreateUser(input);
  });
  process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER = service.url;
  afterAll(() => service.close());
  return Object.assign(service, { pool, users });
}
