import { readFileSync } from "node:fs";
import {
  CloudFormationClient,
  CreateStackCommand,
  waitUntilStackCreateComplete,
} from "@aws-sdk/client-cloudformation";
import { AssumeRoleWithWebIdentityCommand, type Credentials, STSClient } from "@aws-sdk/client-sts";
import { clientOf, variablesOf } from "./fake_aws_account.ts";

const ISSUER = "token.actions.githubusercontent.com";

/** Does what an administrator does, so that a repository at GitHub may deploy a stage (aws/deployer.yml). */
export async function letGithubDeploy(account: string, stage: string, repository: string): Promise<void> {
  const client = new CloudFormationClient(clientOf(account));
  const StackName = `deploys-convene-stripe-${stage}`;
  const parameters = {
    Repository: repository,
    Environment: stage,
    GitHubProviderArn: `arn:aws:iam::${account}:oidc-provider/${ISSUER}`, // the fake AWS's CloudFormation makes none
  };
  await client.send(
    new CreateStackCommand({
      StackName,
      TemplateBody: readFileSync("aws/deployer.yml", "utf8"),
      Capabilities: ["CAPABILITY_NAMED_IAM"],
      Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
    }),
  );
  await waitUntilStackCreateComplete({ client, minDelay: 1, maxWaitTime: 30 }, { StackName });
}

/**
 * Signs in at AWS as a workflow does, by a token of GitHub's whose `sub` says which repository and environment it works for.
 * @returns the options of a client of the AWS SDK, and what a command has in its environment
 */
export async function asWorkflow(account: string, stage: string, sub: string) {
  const part = (content: object): string => Buffer.from(JSON.stringify(content)).toString("base64url");
  const token = [{ alg: "none" }, { iss: `https://${ISSUER}`, aud: "sts.amazonaws.com", sub }, {}];
  const { Credentials } = await new STSClient(clientOf(account)).send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: `arn:aws:iam::${account}:role/deploys-convene-stripe-${stage}`,
      RoleSessionName: "github",
      WebIdentityToken: token.map(part).join("."),
    }),
  );
  const credentials = credentialsOf(Credentials);
  return {
    client: { ...clientOf(account), credentials },
    variables: {
      ...variablesOf(account),
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
    },
  };
}

/** What STS answers, as a client of the AWS SDK takes it. */
export const credentialsOf = ({
  AccessKeyId: accessKeyId = "",
  SecretAccessKey: secretAccessKey = "",
  SessionToken: sessionToken = "",
}: Partial<Credentials> = {}) => ({ accessKeyId, secretAccessKey, sessionToken });
