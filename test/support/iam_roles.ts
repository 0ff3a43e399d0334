import type { Plugin } from "vitest/config";

/** Wraps each function's handler as it is loaded, so that every test runs it under its role (test/support/roles.ts). */
export const iamRoles = (): Plugin => ({
  name: "iam-roles",
  enforce: "pre",
  transform(code, id) {
    const [, file] = /\/(functions\/[\w/]+)\.ts$/.exec(id) ?? [];
    if (!file || !code.includes("export const handler")) return undefined;
    return {
      code: `${code.replace("export const handler", "const ownHandler")}
import { underRole } from "/test/support/roles.ts";
export const handler = underRole(${JSON.stringify(file)}, ownHandler);
`,
      map: null,
    };
  },
});
