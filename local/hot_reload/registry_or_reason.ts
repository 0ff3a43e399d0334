import type { HandledType } from "../../lib/stripe_events/registry.ts";
import { LoadFailure } from "./load_failure.ts";

type Registry = typeof import("../../lib/stripe_events/registry.ts");

/**
 * What lib/stripe_events/registry.ts exports. Where that does not load, for a handler's file that was saved half done, each
 * use of it throws the reason instead: the run fails, and the event is tried again. Without this, the functions that run
 * events would not load either, and nothing could write down why.
 */
export const { registry, handledTypes, platformTypes, isHandled } = await import(
  "../../lib/stripe_events/registry.ts"
).catch((error: unknown): Registry => {
  const failure = new LoadFailure(error);
  const fail = (): never => {
    throw failure;
  };
  const traps = { get: fail, ownKeys: fail };
  return {
    registry: new Proxy({} as Registry["registry"], traps),
    handledTypes: new Proxy([], traps),
    platformTypes: new Proxy([], traps),
    isHandled: (_type): _type is HandledType => true,
  };
});
