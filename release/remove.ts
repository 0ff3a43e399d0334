import { UserError } from "../cli/user_error.ts";
import { callerOf } from "./account.ts";
import { readArguments } from "./arguments.ts";
import { clientsFor } from "./clients.ts";
import { assertCanAsk, confirm } from "./confirm.ts";
import { dataStack, serviceStack } from "./names.ts";
import { runRelease } from "./run_release.ts";
import { lockCheckout, serverless } from "./serverless.ts";
import { findStack } from "./stacks.ts";
import { stageRegion } from "./stage_settings.ts";

await runRelease(async () => {
  const { stage, region: named, yes } = readArguments("remove");
  if (stage === "prod")
    throw new UserError(
      "prod is never removed by a command: whoever means it takes the termination protection off its stack in the console, and deletes it there.",
    );
  assertCanAsk(yes);
  const region = stageRegion(stage, named);
  const clients = clientsFor(region);
  const { account } = await callerOf(clients);
  const service = await findStack(clients, serviceStack(stage));
  if (!service) throw new UserError(`There is no ${serviceStack(stage)} in ${region} of account ${account}.`);
  if (service.status.endsWith("_IN_PROGRESS") && service.status !== "REVIEW_IN_PROGRESS")
    throw new UserError(
      `${service.name} is ${service.status}: somebody is at work on it. Wait until that has ended.`,
    );
  if (!(await confirm(`Remove ${service.name}, in ${region} of account ${account}? Its data stays.`, yes)))
    throw new UserError("Nothing was changed.");
  const unlock = lockCheckout();
  try {
    await serverless("remove", { stage, region }, {});
  } finally {
    unlock();
  }
  console.log(
    `${service.name} is removed. ${dataStack(stage)} stays, with its tables, key and user pool: npm run deploy -- --stage ${stage} finds them again. To really delete them, switch off the stack's termination protection and the deletion protection of each table and of the user pool in the console, and delete them there; the key's deletion takes 30 days.`,
  );
});
