import { DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import { followGenerations } from "./generations.ts";
import { register } from "./run_function.ts";

type Serverless = { service: { functions: Record<string, { name: string; handler: string }> } };

/** `npm start` ends this process where the tables never come. */
const A_DAY_S = 24 * 60 * 60;

/**
 * Lets serverless-offline run the functions' files as they are on the disk: a save is used by the next request, event or
 * schedule, while what runs goes on with what it began with.
 */
export default class HotReload {
  hooks = {
    "before:offline:start": async (): Promise<void> => {
      this.#takeOver();
      await Promise.all([process.env.EVENTS_TABLE, process.env.ORDERS_TABLE].map(waitForTable));
    },
  };
  readonly #serverless: Serverless;

  constructor(serverless: Serverless) {
    this.#serverless = serverless;
  }

  #takeOver(): void {
    followGenerations();
    for (const definition of Object.values(this.#serverless.service.functions)) {
      register(definition.name, definition.handler.replace(/\.handler$/, ".ts"));
      definition.handler = "local/hot_reload/run.handler";
    }
  }
}

/** The streams are read from the start on. The plugin that does so would wait, too, but look every few seconds only. */
async function waitForTable(TableName: string | undefined): Promise<void> {
  const client = new DynamoDBClient();
  await waitUntilTableExists({ client, maxWaitTime: A_DAY_S, minDelay: 0.1, maxDelay: 0.2 }, { TableName });
  client.destroy();
}
