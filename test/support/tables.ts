/** What a test with tables starts from: the files of a worker share them; who has to be alone there takes `ownTables`. */
import { inject } from "vitest";
import { setEnvironment } from "./environment.ts";

const tables = inject("workersTables")[Number(process.env.VITEST_POOL_ID) - 1];
if (!tables) throw new Error(`there are no tables for the worker ${process.env.VITEST_POOL_ID}`);

setEnvironment({
  ...tables,
  AWS_ENDPOINT_URL_DYNAMODB: inject("dynamodbEndpoint"),
  STRIPE_API_BASE: inject("simulatorUrl"),
});
