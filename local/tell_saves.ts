import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { watchSources } from "./watch.ts";

const REGISTRY = join("lib", "stripe_events", "registry.ts");

/** Says of every save whether it loads. The service itself looks at the files whenever it runs a function. */
export function tellSaves(): void {
  let subscribe = false;
  watchSources(async (files) => {
    subscribe ||= files.includes(REGISTRY);
    const failure = await checkSaved(subscribe);
    const time = new Date().toTimeString().slice(0, 8);
    if (failure) {
      console.log(`${time} ${failure}`);
      return;
    }
    const also = subscribe ? " The endpoints at Stripe subscribe to the types that have handlers." : "";
    console.log(`${time} ${files.join(", ")}: in use from the next request on.${also}`);
    subscribe = false;
  });
}

async function checkSaved(subscribe: boolean): Promise<string | undefined> {
  const script = join(import.meta.dirname, "check_saved.ts");
  const child = spawn(process.execPath, [script, ...(subscribe ? ["--subscribe"] : [])], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
  return code === 0 ? undefined : said.trim() || `The check of what was saved ended with ${code}.`;
}
