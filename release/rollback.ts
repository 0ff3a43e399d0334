import { UserError } from "../cli/user_error.ts";
import { callerOf } from "./account.ts";
import { readArguments } from "./arguments.ts";
import { clientsFor } from "./clients.ts";
import { folderOf, passedBefore, templateOf, timeOf } from "./deployments.ts";
import { serviceStack } from "./names.ts";
import { withRouteSettings } from "./route_settings.ts";
import { runRelease } from "./run_release.ts";
import { lockCheckout, serverless } from "./serverless.ts";
import { smokeTest } from "./smoke_test.ts";
import { assertReady, deployedTemplate, findStack } from "./stacks.ts";
import { stageRegion } from "./stage_settings.ts";

await runRelease(async () => {
  const { stage, region: named } = readArguments("rollback");
  const region = stageRegion(stage, named);
  const clients = clientsFor(region);
  const { account } = await callerOf(clients);
  const service = await findStack(clients, serviceStack(stage));
  if (!service) throw new UserError(`There is no ${serviceStack(stage)} in ${region} of account ${account}.`);
  assertReady(service, "roll back again");
  const running = await deployedTemplate(clients, service.name);
  const bucket = service.outputs.ServerlessDeploymentBucketName;
  const before =
    running && bucket ? await passedBefore(clients, bucket, stage, folderOf(running)) : undefined;
  if (!running || !bucket || !before)
    throw new UserError(
      `${stage} has no deployment before ${service.tags.release ?? "this one"} that passed its smoke test, so there is nothing to go back to.`,
    );
  const next = await templateOf(clients, bucket, stage, before.folder);
  console.log(`Rolling ${stage} back, from ${service.tags.release} to ${before.release}.`);
  const unlock = lockCheckout();
  try {
    const options = ["--timestamp", String(timeOf(before.folder))];
    await withRouteSettings(clients, service, running, next, () =>
      serverless("rollback", { stage, region, options }, { RELEASE: before.release }),
    );
  } finally {
    unlock();
  }
  await smokeTest(clients, stage, (await findStack(clients, service.name)) ?? service);
  console.log(
    `${stage} runs ${before.release} again, and passed its smoke test. Its data is as it was; the next deploy goes forward from here.`,
  );
});
