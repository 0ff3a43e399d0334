/**
 * `npm run bench`: what receiving an event costs, beside the least it can cost and beside what one would otherwise write;
 * and what an Order's money costs.
 * All on this machine, in this run, in turns; medians of several rounds. It ends within ten minutes.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { runCommand } from "../../cli/run_command.ts";
import { UserError } from "../../cli/user_error.ts";
import { stopAll } from "../../local/processes.ts";
import { attacks } from "./attack.ts";
import { importTimes } from "./cold.ts";
import { costs } from "./cost.ts";
import { findings } from "./finding.ts";
import { growthOfEvents, growthOfMarketplaces } from "./growth.ts";
import { isolation } from "./isolation.ts";
import { moneyCosts } from "./money_cost.ts";
import { moneyPaces } from "./money_pace.ts";
import { throughOffline } from "./offline.ts";
import { pageTimes } from "./pages.ts";
import * as report from "./report.ts";
import { seedMarketplaces, setStage } from "./stage.ts";
import { type Results, summaryOf } from "./summary.ts";
import { startRivals, warm } from "./warm.ts";

const MAX_MS = 600_000;

await runCommand(async () => {
  const until = performance.now() + MAX_MS;
  const late = setTimeout(() => {
    console.error("The bench would take longer than ten minutes: this machine is too busy, or too slow.");
    stopAll().finally(() => process.exit(1));
  }, MAX_MS - 15_000);
  const results: Results = {};
  const stage = await setStage();
  /** Measures, and says what came out; where it may not fit into the ten minutes any more, says that. `takes` is in s. */
  const section = async <Name extends keyof Results>(
    name: Name,
    takes: number,
    measure: () => Promise<NonNullable<Results[Name]>>,
    text: (result: NonNullable<Results[Name]>) => string,
  ): Promise<void> => {
    if (performance.now() + takes * 1_000 > until) {
      console.log(`\n${name}: left out, the ten minutes are nearly over.`);
      return;
    }
    const result = await measure();
    results[name] = result;
    console.log(`\n${text(result)}`);
  };
  try {
    console.log(
      `Node ${process.version}, ${cpus().length} cores, ${stage.emulator.name} DynamoDB on this machine.`,
    );
    await seedMarketplaces(stage.endpoint, 10);
    await section("warm", 150, () => inRivals(stage), report.warm);
    await section("cost", 20, () => costs(stage), report.cost);
    await section("money", 25, () => moneyCosts(stage), report.money);
    await section("moneyPace", 40, () => moneyPaces(stage), report.moneyPace);
    await section("cold", 80, () => importTimes(stage), report.cold);
    // Only DynamoDB Local's file is one that can be written from outside.
    if (stage.emulator.name === "java") {
      await section("events", 120, () => growthOfEvents(stage), report.events);
      await section("marketplaces", 100, () => growthOfMarketplaces(stage), report.marketplaces);
      await section("finding", 60, () => findings(stage), report.finding);
    } else console.log("\ngrowth: left out, it needs DynamoDB Local, and that needs Java.");
    await section("isolation", 80, () => isolation(stage), report.isolation);
    await section("attacks", 30, () => attacks(stage), report.attacks);
    await section("pages", 15, () => pageTimes(stage), report.pages);
    await section("offline", 60, () => throughOffline(), report.offline);
    const summary = summaryOf(results);
    console.log(`\n${report.summary(summary)}`);
    const { LOCAL_DIR = ".local" } = process.env;
    mkdirSync(LOCAL_DIR, { recursive: true });
    const file = join(LOCAL_DIR, "bench.json");
    writeFileSync(file, `${JSON.stringify({ ...summary, figures: results }, undefined, 2)}\n`);
    console.log(`\nAll of it as JSON: ${file}`);
  } catch (error) {
    throw performance.now() > until - 15_000 ? new UserError("Out of time.") : error;
  } finally {
    clearTimeout(late);
    await stage.clear();
    await stopAll();
  }
});

async function inRivals(stage: Awaited<ReturnType<typeof setStage>>) {
  const rivals = await startRivals(stage);
  try {
    return await warm(rivals);
  } finally {
    await Promise.all(rivals.map(({ stop }) => stop()));
  }
}
