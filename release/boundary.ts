import { GetPolicyCommand } from "@aws-sdk/client-iam";
import type { Caller } from "./account.ts";
import type { Clients } from "./clients.ts";
import { serviceStack } from "./names.ts";

/**
 * The most that the stage's functions may do, where an administrator has set a bound to that (aws/deployer.yml). Whoever
 * deploys keeps to it: a role made without it could not be changed from GitHub again.
 * @returns the policy's ARN; empty where there is none
 */
export async function boundaryOf(
  { iam }: Clients,
  { account, partition }: Caller,
  stage: string,
): Promise<string> {
  const PolicyArn = `arn:${partition}:iam::${account}:policy/bounds-${serviceStack(stage)}`;
  try {
    await iam.send(new GetPolicyCommand({ PolicyArn }));
    return PolicyArn;
  } catch (error) {
    if (error instanceof Error && error.name === "NoSuchEntityException") return "";
    throw error;
  }
}
