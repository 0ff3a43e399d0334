import type { Kind } from "../core/objects.ts";
import { getOrThrow } from "./get_or_throw.ts";
import { assertNoParams } from "./params.ts";
import type { Handler } from "./request.ts";

/** A handler for `GET /v1/…/:id`. */
export const retrieve =
  (kind: Kind): Handler =>
  ({ params, path, scope }, simulator) => {
    assertNoParams(params);
    return getOrThrow(simulator, kind, scope, path("id"));
  };
