import { defineConfig } from "vitest/config";
import { underRoles } from "./test/support/under_roles.ts";

export default defineConfig({
  test: {
    silent: "passed-only",
    // They wait for DynamoDB and the simulator more than they compute.
    maxWorkers: 3,
    projects: [
      {
        // Real parts in one process: the functions' code on DynamoDB Local and the Stripe simulator.
        plugins: [underRoles()],
        test: {
          name: "parts",
          include: ["test/{functions,lib,cli,local,release}/**/*.test.ts"],
          globalSetup: "test/support/parts.ts",
          setupFiles: "test/support/tables.ts",
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        // What is deployed: its templates, and its artifacts as Lambda runs them.
        test: {
          name: "package",
          include: ["test/package/**/*.test.ts"],
          globalSetup: ["test/support/parts.ts", "test/support/packaged.ts"],
          setupFiles: "test/support/tables.ts",
          testTimeout: 60_000,
          hookTimeout: 240_000,
        },
      },
      {
        // The commands of a release, against a stand-in for AWS: npm run test:aws, since it needs Python.
        test: {
          name: "aws",
          include: ["test/aws/**/*.test.ts"],
          globalSetup: "test/support/stand_in.ts",
          // A deploy takes half a minute on a machine that has nothing else to do.
          testTimeout: 480_000,
          hookTimeout: 60_000,
        },
      },
      {
        // The running service, from outside.
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: "test/support/e2e.ts",
          // Three products may start at once, beside the one that is there.
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
    ],
  },
});
