import { GetPolicyCommand, GetPolicyVersionCommand } from "@aws-sdk/client-iam";
import * as v from "valibot";
import { UserError } from "../cli/user_error.ts";
import type { Caller } from "./account.ts";
import type { Clients } from "./clients.ts";
import { serviceStack } from "./names.ts";
import type { Template } from "./template.ts";

const Policy = v.object({
  Statement: v.array(
    v.object({
      Effect: v.string(),
      Action: v.optional(v.union([v.string(), v.array(v.string())]), []),
    }),
  ),
});

/**
 * The most that the stage's functions may do, where an administrator has set a bound to that (aws/deployer.yml). Whoever
 * deploys keeps to it: a role made without it could not be changed from GitHub again.
 */
export type Boundary = { arn: string; actions: string[] };

const FIRST =
  "An administrator deploys aws/deployer.yml again first (RUNBOOK.md, Deploying from GitHub). Nothing was changed.";

/** @returns undefined where nobody has set one */
export async function boundaryOf(
  { iam }: Pick<Clients, "iam">,
  { account, partition }: Pick<Caller, "account" | "partition">,
  stage: string,
): Promise<Boundary | undefined> {
  const arn = `arn:${partition}:iam::${account}:policy/bounds-${serviceStack(stage)}`;
  try {
    const { Policy: policy } = await iam.send(new GetPolicyCommand({ PolicyArn: arn }));
    const VersionId = policy?.DefaultVersionId;
    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId }));
    const { Statement } = v.parse(Policy, JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? "")));
    const allowed = Statement.filter(({ Effect }) => Effect === "Allow");
    return { arn, actions: allowed.flatMap(({ Action }) => Action) };
  } catch (error) {
    if (error instanceof Error && error.name === "NoSuchEntityException") return undefined;
    if (error instanceof Error && /^AccessDenied/.test(error.name))
      throw new UserError(`Whoever deploys may not read ${arn}. ${FIRST}`);
    throw error;
  }
}

/**
 * What lies beyond the boundary fails only where a function calls it, in production.
 * @throws {UserError} where a role of the template lets a function do what the boundary does not
 */
export function assertWithin(boundary: Boundary, { Resources }: Template): void {
  const used = new Set<string>();
  for (const { Type, Properties } of Object.values(Resources))
    if (Type === "AWS::IAM::Role")
      JSON.stringify(Properties.Policies, (key, value) => {
        if (key === "Action") for (const action of [value].flat()) used.add(String(action));
        return value;
      });
  const beyond = [...used].filter((action) => !boundary.actions.includes(action)).sort();
  if (beyond.length > 0)
    throw new UserError(
      `Functions are to call ${beyond.join(", ")}, which ${boundary.arn} does not let them. ${FIRST}`,
    );
}
