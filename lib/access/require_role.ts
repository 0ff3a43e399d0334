import type { Scope } from "../api_keys/api_key.ts";
import type { Step } from "../http/request.ts";
import { type Access, authorize, type RequiredRole } from "./authorize.ts";

/** Lets those pass who have this role, and keys of this scope, if any; says in the context who it is. @throws as {@link authorize} does */
export const requireRole = (role: RequiredRole, scope?: Scope): Step<{ access: Access }> => ({
  before: async ({ event, context }) => {
    context.access = await authorize(event, role, scope);
  },
});
