import { CloudFormationClient, ListStacksCommand } from "@aws-sdk/client-cloudformation";
import { inject } from "vitest";

export const REGION = "eu-central-1";
export const OPERATOR = "olivia@convene.example";

/** What a command has in its environment to deploy into an account of the fake AWS, which each id of 12 digits is. */
export const variablesOf = (account: string): Record<string, string> => ({
  AWS_ENDPOINT_URL: inject("fakeAws"),
  AWS_ACCESS_KEY_ID: account,
  AWS_SECRET_ACCESS_KEY: "test",
  OPERATOR_EMAILS: OPERATOR,
});

/** The options of a client of the AWS SDK for an account of the fake AWS. */
export const clientOf = (account: string) => ({
  endpoint: inject("fakeAws"),
  region: REGION,
  credentials: { accessKeyId: account, secretAccessKey: "test" },
  forcePathStyle: true,
});

/** The names of all stacks that an account has or had. */
export async function stacksOf(account: string): Promise<string[]> {
  const { StackSummaries = [] } = await new CloudFormationClient(clientOf(account)).send(
    new ListStacksCommand({}),
  );
  return StackSummaries.map(({ StackName = "" }) => StackName);
}
