/**
 * `npm run bench`: what receiving an event costs, beside the least it can cost and beside what one would otherwise write.
 * All on this machine, in this run, in turns; medians of several rounds. It ends within ten minutes.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "../../commands/stop.ts";
import { stopAll } from "../../local/processes.ts";
import { importTimes } from "./cold.ts";
import { costs } from "./cost.ts";
import { coldReport, costReport, warmReport } from "./report.ts";
import { seedMarketplaces, setStage } from "./stage.ts";
import { startRivals, warm } from "./warm.ts";

const MAX_MS = 600_000;

await runCommand(async () => {
  const late = setTimeout(() => {
    console.error("The bench takes longer than ten minutes: this machine is too busy, or too slow.");
    process.exit(1);
  }, MAX_MS);
  const stage = await setStage();
  try {
    await seedMarketplaces(stage.endpoint, 10);
    const cold = await importTimes(stage);
    say(coldReport(cold));
    const cost = await costs(stage);
    say(costReport(cost));
    const rivals = await startRivals(stage);
    const paces = await warm(rivals);
    say(warmReport(paces));
    await Promise.all(rivals.map(({ stop }) => stop()));
    const { LOCAL_DIR = ".local" } = process.env;
    mkdirSync(LOCAL_DIR, { recursive: true });
    const file = join(LOCAL_DIR, "bench.json");
    writeFileSync(
      file,
      `${JSON.stringify({ cold: Object.fromEntries(cold), cost, warm: paces }, undefined, 2)}\n`,
    );
    console.log(`\nAll of it as JSON: ${file}`);
  } finally {
    clearTimeout(late);
    await stage.clear();
    await stopAll();
  }
});

function say(text: string): void {
  console.log(`\n${text}`);
}
