import { join } from "node:path";
import { execa } from "execa";
import { UserError } from "../cli/user_error.ts";
import { type Caller, callerOf } from "./account.ts";
import { alarmSubscriptions } from "./alarm_topic.ts";
import { readArguments } from "./arguments.ts";
import { assertWithin, boundaryOf } from "./boundary.ts";
import { certificatesFor } from "./certificates.ts";
import { assertKept, changesBetween, describeChanges, sameButForResources } from "./changes.ts";
import { type Clients, clientsFor } from "./clients.ts";
import { reservedConcurrency } from "./concurrency.ts";
import { assertCanAsk, confirm } from "./confirm.ts";
import { type DataPlan, isBegun, isHalfMade, nextDataTemplate, planDataStack } from "./data_stack.ts";
import { folderOf, recordPassed } from "./deployments.ts";
import { changedFunctions, invokeUntilItWorks } from "./functions.ts";
import { assertNotOlder, releaseOfCheckout } from "./git.ts";
import { assertIndexesCanChange } from "./indexes.ts";
import { type InvitationSender, invitationSender } from "./invitation_sender.ts";
import { dataStack, serviceStack } from "./names.ts";
import { inviteOperators } from "./operators.ts";
import { deploySummary } from "./outputs.ts";
import { withRouteSettings } from "./route_settings.ts";
import { runRelease } from "./run_release.ts";
import { lockCheckout, packageService, serverless } from "./serverless.ts";
import { smokeTest } from "./smoke_test.ts";
import { assertReady, type Deployed, deployedTemplate, findStack, protectFromDeletion } from "./stacks.ts";
import { asEnvironment, type StageSettings, stageSettings } from "./stage_settings.ts";
import { restoredStreams } from "./streams.ts";
import { assertFits, packagedTemplate, type Template } from "./template.ts";

/** A stage that everything was found right for. */
type Ready = {
  stage: string;
  settings: StageSettings;
  clients: Clients;
  caller: Caller;
  sender: InvitationSender | undefined;
  release: string;
  folder: string;
  environment: Record<string, string>;
};

await runRelease(async () => {
  const { stage, region, yes } = readArguments("deploy");
  assertCanAsk(yes);
  const unlock = lockCheckout();
  try {
    const ready = await prepare(stage, stageSettings(stage, region));
    const plan = await showChanges(ready);
    if (!(await confirm(`Deploy this to ${stage}?`, yes))) {
      await plan.data.discard();
      throw new UserError("Nothing was changed.");
    }
    await deploy(ready, plan);
  } finally {
    unlock();
  }
});

/** Finds out all that could be wrong before anything is changed. @throws {UserError} */
async function prepare(stage: string, settings: StageSettings): Promise<Ready> {
  const release = await releaseOfCheckout(stage);
  const clients = clientsFor(settings.AWS_REGION);
  const caller = await callerOf(clients);
  const again = "deploy again";
  const service = await findStack(clients, serviceStack(stage));
  assertReady(service, again);
  const data = await findStack(clients, dataStack(stage));
  if (data && !isBegun(data) && !isHalfMade(data)) {
    assertReady(data, again);
    const before = await deployedTemplate(clients, data.name);
    if (before) await assertIndexesCanChange(clients, stage, before, nextDataTemplate());
  }
  if (service?.tags.release) await assertNotOlder(stage, service.tags.release);
  const certificates = await certificatesFor(clients, settings);
  const boundary = await boundaryOf(clients, caller, stage);
  const streams = await restoredStreams(clients, data);
  const reserved = await reservedConcurrency(clients, stage);
  const sender = await invitationSender(clients, settings);
  console.log(
    `Deploying ${release} to ${stage}, in ${settings.AWS_REGION} of account ${caller.account}${boundary ? ", within its boundary" : ""}.`,
  );

  const checked = await execa("npm", ["run", "--silent", "check"], { all: true, reject: false });
  if (checked.failed)
    throw new UserError(`${checked.all.trim()}\nnpm run check failed. Nothing was changed.`);
  const folder = join(".local", "package", stage);
  const environment = asEnvironment(settings, {
    certificates,
    boundary: boundary?.arn ?? "",
    streams,
    reserved,
    release,
  });
  await packageService(stage, folder, environment);
  const next = packagedTemplate(folder);
  assertFits(next);
  if (boundary) assertWithin(boundary, next);
  return { stage, settings, clients, caller, sender, release, folder, environment };
}

/** What a deploy would do to the two stacks. */
type Plan = {
  data: DataPlan;
  /** Where people sign in, as far as it is known before the service is there. */
  address: string;
  /** The service and its template as they are, where it was deployed before. */
  service: Deployed | undefined;
  running: Template | undefined;
  /** Whether the service runs already as it would be deployed. */
  isRunning: boolean;
};

/** Shows what would change. @throws {UserError} where something would be lost. */
async function showChanges({ stage, settings, clients, sender, release, folder }: Ready): Promise<Plan> {
  const names = { service: serviceStack(stage), data: dataStack(stage) };
  const next = packagedTemplate(folder);
  const service = await findStack(clients, names.service);
  const running = service && (await deployedTemplate(clients, names.service));
  const changes = changesBetween(
    running ?? { Resources: {} },
    next,
    running ? await changedFunctions(clients, folder, next) : new Set(),
  );
  assertKept(names.service, changes);
  const address = settings.DOMAIN ? `https://${settings.DOMAIN}` : (service?.outputs.BaseUrl ?? "");
  const data = await planDataStack(clients, stage, settings, { address, sender });
  try {
    assertKept(names.data, data.changes);
  } catch (error) {
    await data.discard();
    throw error;
  }
  console.log(`${describeChanges(names.data, data.changes)}\n${describeChanges(names.service, changes)}`);
  const isRunning =
    changes.length === 0 && service?.tags.release === release && sameButForResources(running, next);
  return { data, address, service, running, isRunning };
}

async function deploy(ready: Ready, plan: Plan): Promise<void> {
  const { stage, settings, clients, caller, sender, release, folder, environment } = ready;
  const region = settings.AWS_REGION;
  await plan.data.apply();
  // Left to itself osls compares with what was uploaded last, which after a rollback is not what runs.
  const options = ["--package", folder, "--force"];
  await withRouteSettings(clients, plan.service, plan.running, packagedTemplate(folder), async () => {
    if (!plan.isRunning) await serverless("deploy", { stage, region, options }, environment);
  });

  const [service, data] = await Promise.all([
    findStack(clients, serviceStack(stage)),
    findStack(clients, dataStack(stage)),
  ]);
  if (!service || !data) throw new UserError(`${stage} was deployed, and is gone: did somebody remove it?`);
  if (service.tags.release !== release)
    throw new UserError(
      `${stage} was deployed, and runs ${service.tags.release}: did somebody else deploy it?`,
    );
  // Without a domain its API's id is the address that Stripe and people know.
  if (stage === "prod") await protectFromDeletion(clients, service.name);
  const { BaseUrl: address = "", ServerlessDeploymentBucketName: bucket } = service.outputs;
  // Without a domain the address is known only now. Invitations say it.
  if (address !== plan.address)
    await (await planDataStack(clients, stage, settings, { address, sender })).apply();
  await invokeUntilItWorks(clients, stage, "rotateSessionKeys"); // makes the first; nobody signs in without
  await smokeTest(clients, stage, service);

  const running = await deployedTemplate(clients, serviceStack(stage));
  if (running && bucket) await recordPassed(clients, bucket, stage, { folder: folderOf(running), release });
  const subscriptions = await alarmSubscriptions(clients, caller, stage);
  // Last, since it may fail by itself: Cognito, or Amazon SES for it, sends so many mails a day.
  const userPool = settings.OIDC_ISSUER ? undefined : data.outputs.UserPoolId;
  const invited = userPool ? await inviteOperators(clients, userPool, settings.OPERATOR_EMAILS) : [];
  console.log(deploySummary(stage, region, service.outputs, { invited, sender, subscriptions }));
}
