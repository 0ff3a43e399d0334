import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import {
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  ExecuteChangeSetCommand,
  paginateDescribeChangeSet,
  type ResourceChange,
  SetStackPolicyCommand,
} from "@aws-sdk/client-cloudformation";
import { UserError } from "../cli/user_error.ts";
import type { Change } from "./changes.ts";
import type { Clients } from "./clients.ts";
import type { InvitationSender } from "./invitation_sender.ts";
import { dataStack, serviceStack } from "./names.ts";
import { type Deployed, findStack, protectFromDeletion, reasonOfFailure, settledStack } from "./stacks.ts";
import type { StageSettings } from "./stage_settings.ts";
import { parseTemplate, type Template } from "./template.ts";

const TEMPLATE = "aws/data.yml";
const POLL_MS = 1_000;
/** CloudFormation itself refuses to replace or delete what the stack holds, whoever asks. */
const POLICY = {
  Statement: [
    { Effect: "Allow", Action: "Update:*", Principal: "*", Resource: "*" },
    { Effect: "Deny", Action: ["Update:Replace", "Update:Delete"], Principal: "*", Resource: "*" },
  ],
};

/** Whether a deploy planned the stack and was cut off before anything was made of it. */
export const isBegun = ({ status }: Deployed): boolean => status === "REVIEW_IN_PROGRESS";

/** Whether making the stack has failed half-way, and may go on. */
export const isHalfMade = ({ status }: Deployed): boolean =>
  status === "CREATE_FAILED" || status === "UPDATE_FAILED";

/** aws/data.yml, as it would be deployed. */
export const nextDataTemplate = (): Template => parseTemplate(readFileSync(TEMPLATE, "utf8"));

/** What deploying the data stack would change, and how to go on or not. */
export type DataPlan = {
  changes: Change[];
  /** Makes the changes; protects the stack from being deleted. @throws {UserError} where they fail. */
  apply(): Promise<void>;
  /** Leaves everything as it was. */
  discard(): Promise<void>;
};

/**
 * Asks CloudFormation what deploying aws/data.yml would change, by a change set.
 * @param invitations says where people sign in, as invitations have it (empty while nobody knows), and who mails them (nobody
 * where people sign in elsewhere)
 * @throws {UserError} where it refuses the template.
 */
export async function planDataStack(
  clients: Clients,
  stage: string,
  { OIDC_ISSUER = "" }: StageSettings,
  { address, sender }: { address: string; sender: InvitationSender | undefined },
): Promise<DataPlan> {
  const { cloudFormation } = clients;
  const StackName = dataStack(stage);
  const stack = await findStack(clients, StackName);
  const isNew = stack === undefined || isBegun(stack);
  // A user pool that is there stays, with the people in it, when a stage comes to sign in elsewhere: they may come back.
  const issuer = stack?.outputs.UserPoolId ? "" : OIDC_ISSUER;
  const { from, domain } = sender && "from" in sender ? sender : { from: "", domain: "" };
  const ids = { StackName, ChangeSetName: `deploy-${Date.now()}` };
  await cloudFormation.send(
    new CreateChangeSetCommand({
      ...ids,
      ChangeSetType: isNew ? "CREATE" : "UPDATE",
      TemplateBody: readFileSync(TEMPLATE, "utf8"),
      Parameters: [
        { ParameterKey: "Stage", ParameterValue: stage },
        { ParameterKey: "OidcIssuer", ParameterValue: issuer },
        { ParameterKey: "Address", ParameterValue: address },
        { ParameterKey: "InvitationsFrom", ParameterValue: from },
        { ParameterKey: "InvitationsDomain", ParameterValue: domain },
      ],
      Tags: [{ Key: "service", Value: serviceStack(stage) }],
    }),
  );
  const discard = async (): Promise<void> => {
    await cloudFormation.send(new DeleteChangeSetCommand(ids));
    if (isNew) await cloudFormation.send(new DeleteStackCommand({ StackName }));
  };
  const state = await changeSetState(clients, ids);
  if (state.failed && !state.isEmpty) {
    await discard();
    throw new UserError(`CloudFormation refuses ${TEMPLATE}: ${state.reason}.`);
  }
  if (state.failed) {
    await discard();
    return { changes: [], apply: () => protect(clients, StackName), discard: async () => {} };
  }
  const apply = async (): Promise<void> => {
    // What is retained would stand in the way of a second try if the first one was undone: it goes on from there instead.
    const DisableRollback = isNew || isHalfMade(stack);
    await cloudFormation.send(new ExecuteChangeSetCommand({ ...ids, DisableRollback }));
    await ended(clients, StackName);
    await protect(clients, StackName);
  };
  return { changes: await changesOf(clients, ids), apply, discard };
}

type ChangeSetIds = { StackName: string; ChangeSetName: string };

async function changeSetState({ cloudFormation }: Clients, ids: ChangeSetIds) {
  for (;;) {
    const { Status, StatusReason: reason = "" } = await cloudFormation.send(
      new DescribeChangeSetCommand(ids),
    );
    if (Status === "CREATE_COMPLETE") return { failed: false, isEmpty: false, reason };
    const isEmpty = /didn't contain changes|no updates are to be performed/i.test(reason);
    if (Status === "FAILED") return { failed: true, isEmpty, reason };
    await wait(POLL_MS);
  }
}

async function changesOf({ cloudFormation }: Clients, ids: ChangeSetIds): Promise<Change[]> {
  const changes: Change[] = [];
  for await (const { Changes = [] } of paginateDescribeChangeSet({ client: cloudFormation }, ids))
    for (const { ResourceChange: change } of Changes)
      if (change)
        changes.push({
          what: whatOf(change),
          type: change.ResourceType ?? "",
          id: change.LogicalResourceId ?? "",
        });
  return changes;
}

function whatOf({ Action, Replacement }: ResourceChange): Change["what"] {
  if (Action === "Add" || Action === "Import") return "add";
  if (Action === "Remove") return "remove";
  return Replacement === "True" ? "replace" : "change";
}

async function ended(clients: Clients, name: string): Promise<void> {
  const stack = await settledStack(clients, name);
  if (stack?.status === "CREATE_COMPLETE" || stack?.status === "UPDATE_COMPLETE") return;
  throw new UserError(
    `${name} could not be deployed, and is ${stack?.status}. ${await reasonOfFailure(clients, name)}. Put that right, and deploy again.`,
  );
}

async function protect(clients: Clients, StackName: string): Promise<void> {
  await protectFromDeletion(clients, StackName);
  await clients.cloudFormation.send(
    new SetStackPolicyCommand({ StackName, StackPolicyBody: JSON.stringify(POLICY) }),
  );
}
