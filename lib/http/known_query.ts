import { httpError } from "../errors.ts";
import type { Step } from "./request.ts";

/**
 * Refuses every query parameter but those that the route takes: one that is misspelt would be passed over in silence, and
 * a list answer more than was asked for. @throws {HttpError} 400 `unknown_parameter`
 */
export const knownQuery = (...names: string[]): Step => ({
  before: ({ event: { queryStringParameters } }) => {
    const unknown = Object.keys(queryStringParameters ?? {}).find((name) => !names.includes(name));
    if (unknown !== undefined) throw httpError("unknown_parameter", unknown, names);
  },
});
