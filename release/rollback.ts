import { UserError } from "../cli/user_error.ts";
import { callerOf } from "./account.ts";
import { readArguments } from "./arguments.ts";
import { assertKept, changesBetween, describeChanges } from "./changes.ts";
import { clientsFor } from "./clients.ts";
import { assertCanAsk, confirm } from "./confirm.ts";
import { folderOf, passedBefore, templateOf, timeOf } from "./deployments.ts";
import { serviceStack } from "./names.ts";
import { withRouteSettings } from "./route_settings.ts";
import { runRelease } from "./run_release.ts";
import { lockCheckout, serverless } from "./serverless.ts";
import { assertNothingLost, describeSettings } from "./settings_of_template.ts";
import { smokeTest } from "./smoke_test.ts";
import { assertReady, deployedTemplate, findStack } from "./stacks.ts";
import { stageRegion } from "./stage_settings.ts";

await runRelease(async () => {
  const { stage, region: named, yes } = readArguments("rollback");
  assertCanAsk(yes);
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
  const changes = changesBetween(running, next, new Set());
  assertKept(service.name, changes);
  assertNothingLost(running, next);
  console.log(
    [
      `Rolling ${stage} back, from ${service.tags.release} to ${before.release}: the functions' code, and what else was deployed with it.`,
      describeChanges(service.name, changes),
      describeSettings(running, next),
    ]
      .filter(Boolean)
      .join("\n"),
  );
  if (!(await confirm(`Roll ${stage} back?`, yes))) throw new UserError("Nothing was changed.");
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
