import { defineConfig } from "vitest/config";
import { iamRoles } from "./test/support/iam_roles.ts";
import { LongestFirst } from "./test/support/longest_first.ts";
import { PATIENCE_MS } from "./test/support/patience.ts";
import { unitTests, withoutTables } from "./test/support/unit_tests.ts";

const IN_ONE_PROCESS = "test/{functions,lib,openapi,cli,local,release}/**/*.test.ts";
const unit = unitTests(IN_ONE_PROCESS);

export default defineConfig({
  test: {
    silent: "passed-only",
    // They wait for DynamoDB, the simulator and the browser about as much as they compute.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // Against a test that hangs, not one that is slow: nothing here guesses how fast a machine is.
    testTimeout: 5 * PATIENCE_MS,
    hookTimeout: 5 * PATIENCE_MS,
    expect: { poll: { timeout: PATIENCE_MS } },
    globalSetup: "test/support/set_up.ts",
    projects: [
      {
        // Code alone: no service, no table. Which tests these are follows from what they import.
        extends: true,
        plugins: [withoutTables()],
        test: {
          name: "unit",
          include: unit,
          setupFiles: "test/support/unit.ts",
          isolate: false,
        },
      },
      {
        // Real parts in one process: the functions' code on DynamoDB Local and the Stripe simulator.
        extends: true,
        plugins: [iamRoles()],
        test: {
          name: "integration",
          include: [IN_ONE_PROCESS],
          exclude: unit,
          setupFiles: "test/support/tables.ts",
          isolate: false,
        },
      },
      {
        // What is deployed: its templates, and its artifacts as Lambda runs them.
        extends: true,
        test: {
          name: "package",
          include: ["test/package/**/*.test.ts"],
          setupFiles: "test/support/tables.ts",
        },
      },
      {
        // The commands of a release, against a fake AWS: npm run test:aws, since it needs Python.
        extends: true,
        test: {
          name: "aws",
          include: ["test/aws/**/*.test.ts"],
        },
      },
      {
        // The running service, from outside.
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          setupFiles: "test/support/fresh_modules.ts",
          isolate: false,
        },
      },
    ],
  },
});
