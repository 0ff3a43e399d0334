import { createHash } from "node:crypto";

/** Of so many events, one is broken for good: half of them before their handler has done anything, and half after all of it. */
const oneOf = (): number => Number(process.env.SOAK_BROKEN_ONE_OF);

/** By its id, so that it is the same at each run, and whoever looks at Stripe's list knows it, too. */
export function brokenBy(id: string): "before" | "after" | undefined {
  const hash = createHash("sha256").update(id).digest();
  if (hash.readUInt32BE() % oneOf() !== 0) return undefined;
  return hash.readUInt8(4) % 2 === 0 ? "before" : "after";
}

type Handlers = Record<string, (event: { id: string }, context: never) => Promise<unknown>>;

/** The handlers, which throw where their event is broken. In the copy of the project, this is a file of lib. */
export const breakSome = (handlers: Handlers): Handlers =>
  Object.fromEntries(
    Object.entries(handlers).map(([type, handle]) => [
      type,
      async (event, context) => {
        if (brokenBy(event.id) === "before") throw new TypeError("broken");
        const result = await handle(event, context);
        if (brokenBy(event.id) === "after") throw new TypeError("broken");
        return result;
      },
    ]),
  );
