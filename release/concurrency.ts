import { GetAccountSettingsCommand, GetFunctionConcurrencyCommand } from "@aws-sdk/client-lambda";
import { UserError } from "../cli/user_error.ts";
import type { Clients } from "./clients.ts";
import { functionName } from "./names.ts";

/** The functions without which nothing is sold: aws/concurrency.js. */
const RESERVING = ["receiveStripeEvent", "createCheckout"];
/**
 * What AWS keeps for the functions without a reserve (Lambda docs, "Configuring reserved concurrency for a function") is half
 * of it; the reserves have a quarter each.
 */
const NEEDED = 200;

/**
 * How many executions at once are reserved for each of the functions that sell. Of `prod` alone: another stage in its account
 * would reserve what is then missing there.
 * @throws {UserError} where the account has too few for `prod`
 */
export async function reservedConcurrency(
  clients: Pick<Clients, "lambda" | "region">,
  stage: string,
): Promise<number | undefined> {
  if (stage !== "prod") return undefined;
  const { lambda, region } = clients;
  const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
  const { ConcurrentExecutions = 0, UnreservedConcurrentExecutions = 0 } = AccountLimit ?? {};
  const ours = await Promise.all(RESERVING.map((name) => reserveOf(clients, functionName(stage, name))));
  const free = ours.reduce((sum, each) => sum + each, UnreservedConcurrentExecutions);
  if (free < NEEDED)
    throw new UserError(
      `Lambda may run ${ConcurrentExecutions} functions at once in ${region} of this account, of which ${free} are nobody else's, and ${stage} takes ${NEEDED}. Ask AWS for more: Service Quotas, AWS Lambda, "Concurrent executions" (L-B99A9384). Nothing was changed.`,
    );
  return Math.floor(free / 4);
}

/** What a function has reserved; 0 where it has nothing, or is not there yet. */
async function reserveOf({ lambda }: Pick<Clients, "lambda">, FunctionName: string): Promise<number> {
  try {
    const { ReservedConcurrentExecutions = 0 } = await lambda.send(
      new GetFunctionConcurrencyCommand({ FunctionName }),
    );
    return ReservedConcurrentExecutions;
  } catch (error) {
    if (error instanceof Error && error.name === "ResourceNotFoundException") return 0;
    throw error;
  }
}
