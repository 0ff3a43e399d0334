/** A process of its own for one function, as a warm Lambda is one: it is handed events, and says what it answered, and when. */
import { aContext } from "../support/requests.ts";

const [module = ""] = process.argv.slice(2);
console.info = () => {};
console.warn = () => {};
const { handler } = await import(module);

process.on("message", async (event) => {
  const cpu = process.cpuUsage();
  const began = performance.now();
  try {
    const answer: unknown = await handler(event, aContext());
    const ms = performance.now() - began;
    const { user, system } = process.cpuUsage(cpu);
    const rssMb = process.memoryUsage().rss / 1e6;
    process.send?.({ answer, ms, cpuMs: (user + system) / 1_000, rssMb });
  } catch (error) {
    process.send?.({ error: String(error) });
  }
});
process.send?.("ready");
