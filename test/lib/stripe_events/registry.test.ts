import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Handler } from "../../../lib/stripe_events/handler.ts";
import { succeeded } from "../../../lib/stripe_events/outcome.ts";
import { handledTypes, isHandled, type Registry, registry } from "../../../lib/stripe_events/registry.ts";

describe("the registry", () => {
  it("has exactly the handlers that there are files of, each named like its type", () => {
    const files = readdirSync(new URL("../../../lib/stripe_events/handlers/", import.meta.url));
    expect(files.map((file) => file.replace(/\.ts$/, "")).sort()).toEqual(Object.keys(registry).sort());
    expect([...handledTypes].sort()).toEqual(Object.keys(registry).sort());
  });

  it("handles no type that it does not name, nor what objects have by themselves", () => {
    expect(isHandled("checkout.session.completed")).toBe(true);
    expect(isHandled("checkout.session")).toBe(false);
    expect(isHandled("toString")).toBe(false);
  });

  it("is checked by the compiler", () => {
    const expired: Handler<"checkout.session.expired"> = async (event) => {
      // @ts-expect-error what a payload says may be stale: there is nothing but ids
      event.data.object.amount_total;
      return succeeded(event.type);
    };
    const good = { "checkout.session.expired": expired } satisfies Registry;
    // @ts-expect-error a handler is for its own type only
    const wrong: Registry = { "charge.refunded": expired };
    // @ts-expect-error Stripe has no such type
    const unknown: Registry = { "checkout.session.exploded": expired };
    // @ts-expect-error a handler reports how it ended
    const silent: Handler<"checkout.session.expired"> = async () => {};
    expect([good, wrong, unknown, silent]).toHaveLength(4);
  });
});
