/**
 * Preloaded by `node --import`, it moves the process's clock ahead by as many ms as CLOCK_FILE says, at any time; timers go on
 * as they do.
 */
import { readFileSync } from "node:fs";

const file = process.env.CLOCK_FILE ?? "";
const FOLLOW_MS = 50;

const read = (): number => Number(readFileSync(file, "utf8"));
let ahead = read();
setInterval(() => {
  ahead = read();
}, FOLLOW_MS).unref();

globalThis.Date = new Proxy(Date, {
  construct: (real, given, made) =>
    Reflect.construct(real, given.length > 0 ? given : [real.now() + ahead], made),
  get: (real, name) => (name === "now" ? () => real.now() + ahead : Reflect.get(real, name)),
});
