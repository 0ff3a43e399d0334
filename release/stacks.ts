import { setTimeout as wait } from "node:timers/promises";
import {
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  type Stack,
  UpdateTerminationProtectionCommand,
} from "@aws-sdk/client-cloudformation";
import { UserError } from "../cli/user_error.ts";
import type { Clients } from "./clients.ts";
import { parseTemplate, type Template } from "./template.ts";

const POLL_MS = 1_000;

/** A stack as it is deployed. */
export type Deployed = {
  name: string;
  status: string;
  outputs: Record<string, string>;
  tags: Record<string, string>;
};

/** Finds a stack; undefined where there is none. */
export async function findStack({ cloudFormation }: Clients, name: string): Promise<Deployed | undefined> {
  try {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks.map(deployed)[0];
  } catch (error) {
    if (
      error instanceof Error &&
      error.name === "ValidationError" &&
      error.message.includes("does not exist")
    )
      return;
    throw error;
  }
}

const deployed = (stack: Stack): Deployed => ({
  name: stack.StackName ?? "",
  status: stack.StackStatus ?? "",
  outputs: Object.fromEntries(
    (stack.Outputs ?? []).map(({ OutputKey = "", OutputValue = "" }) => [OutputKey, OutputValue]),
  ),
  tags: Object.fromEntries((stack.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
});

/** A stack once nobody is at work on it any more; undefined where there is none. */
export async function settledStack(clients: Clients, name: string): Promise<Deployed | undefined> {
  for (;;) {
    const stack = await findStack(clients, name);
    if (!stack?.status.endsWith("_IN_PROGRESS")) return stack;
    await wait(POLL_MS);
  }
}

/** The template that a stack runs; undefined where it was never deployed. */
export async function deployedTemplate(
  { cloudFormation }: Clients,
  name: string,
): Promise<Template | undefined> {
  const { TemplateBody } = await cloudFormation.send(new GetTemplateCommand({ StackName: name }));
  return TemplateBody ? parseTemplate(TemplateBody) : undefined;
}

/** Lets nobody delete a stack who has not first said that they may. */
export async function protectFromDeletion({ cloudFormation }: Clients, name: string): Promise<void> {
  await cloudFormation.send(
    new UpdateTerminationProtectionCommand({ StackName: name, EnableTerminationProtection: true }),
  );
}

/**
 * Sees that a stack can be worked on.
 * @param retry is the command to give once it can be
 * @throws {UserError} where it is busy or has failed, with the way out.
 */
export function assertReady(stack: Deployed | undefined, retry: string): void {
  if (stack) {
    const wayOut = wayOutOf(stack, retry);
    if (wayOut) throw new UserError(`The stack ${stack.name} is ${stack.status}: ${wayOut}.`);
  }
}

function wayOutOf({ name, status }: Deployed, retry: string): string | undefined {
  if (status === "REVIEW_IN_PROGRESS")
    return `it was begun and never made. Delete it (CloudFormation, Stacks, ${name}, Delete; nothing is in it), then ${retry}`;
  if (status.endsWith("_IN_PROGRESS"))
    return `somebody is at work on it. Wait until that has ended, then ${retry}`;
  if (status === "UPDATE_ROLLBACK_FAILED")
    return `an update failed, and so did undoing it. In the console, Stack actions, Continue update rollback; then ${retry}`;
  if (status === "ROLLBACK_COMPLETE" || status === "ROLLBACK_FAILED" || status === "CREATE_FAILED")
    return `its first deployment failed, and nothing can be made of it. Read why under its Events, delete it in the console, then ${retry}`;
  if (status.endsWith("_FAILED"))
    return `read why under its Events in the console, put that right, then ${retry}`;
  return undefined;
}

/** Why a stack's last change failed, in CloudFormation's words. */
export async function reasonOfFailure({ cloudFormation }: Clients, name: string): Promise<string> {
  const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName: name }));
  // The newest comes first; what failed first in this change is why the others did.
  const ours = StackEvents.slice(
    0,
    1 +
      StackEvents.findIndex(
        ({ LogicalResourceId, ResourceStatusReason }) =>
          LogicalResourceId === name && ResourceStatusReason === "User Initiated",
      ),
  );
  const first = (ours.length > 0 ? ours : StackEvents).findLast(({ ResourceStatus }) =>
    ResourceStatus?.endsWith("_FAILED"),
  );
  return first
    ? `${first.LogicalResourceId}: ${first.ResourceStatusReason}`
    : "its Events in the console say why";
}
