type Serverless = {
  service: { functions: Record<string, { disableLogs?: boolean; dependsOn?: string }> };
};

/**
 * Lets all functions write to the one log group of aws/logs.yml (serverless.yml names it to Lambda), in place of the one that osls
 * makes of each: one place to search, and a resource less a function, of the 500 that a stack may have.
 */
export default class LogToOneGroup {
  hooks = { "before:package:initialize": (): void => this.#redirect() };
  readonly #serverless: Serverless;

  constructor(serverless: Serverless) {
    this.#serverless = serverless;
  }

  #redirect(): void {
    for (const definition of Object.values(this.#serverless.service.functions)) {
      definition.disableLogs = true;
      definition.dependsOn = "FunctionsLogGroup";
    }
  }
}
