import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import * as v from "valibot";
import { UserError } from "../cli/user_error.ts";
import { NotFound } from "../lib/errors.ts";
import { isSlug } from "../lib/ids.ts";
import { assertStageName, tableName } from "./names.ts";
import { runRelease } from "./run_release.ts";
import { stageRegion } from "./stage_settings.ts";

const USAGE =
  "npm run --silent export takes -- --space <space> --stage <stage>, and --region <region>. With --stage local it is the laptop's, while npm start runs.";

const Demo = v.object({ dynamodbEndpoint: v.string() });

await runRelease(async () => {
  const { space, stage, region } = readArguments();
  Object.assign(process.env, tablesOf(stage), stage === "local" ? laptop() : aws(stage, region));
  // The AWS SDK looks where AWS is when its client is made.
  const { exportSpace } = await import("../lib/export/export_space.ts");
  const { getSpaceName } = await import("../lib/spaces/get_space_name.ts");
  try {
    await getSpaceName(space);
  } catch (error) {
    throw error instanceof NotFound ? new UserError(`${stage} has no Space ${space}.`) : error;
  }
  let lines = 0;
  const out = Readable.from(
    (async function* () {
      for await (const line of exportSpace(space)) {
        lines += 1;
        yield `${line}\n`;
      }
    })(),
  );
  await pipeline(out, process.stdout, { end: false });
  console.error(`${space}: ${lines} lines.`);
});

function readArguments(): { space: string; stage: string; region: string | undefined } {
  const { space, stage, region } = parse();
  if (!space || !stage) throw new UserError(USAGE);
  if (!isSlug(space)) throw new UserError(`"${space}" cannot be a Space. ${USAGE}`);
  if (stage !== "local") assertStageName(stage);
  return { space, stage, region };
}

function parse() {
  try {
    const options = {
      space: { type: "string" },
      stage: { type: "string" },
      region: { type: "string" },
    } as const;
    return parseArgs({ options }).values;
  } catch {
    throw new UserError(USAGE);
  }
}

function tablesOf(stage: string): Record<string, string> {
  return {
    SETTINGS_TABLE: tableName(stage, "settings"),
    EVENTS_TABLE: tableName(stage, "events"),
    ORDERS_TABLE: tableName(stage, "orders"),
  };
}

function aws(stage: string, region: string | undefined): Record<string, string> {
  return { AWS_REGION: stageRegion(stage, region) };
}

/** Where `npm start` says that its tables are; nobody looks at the credentials there. */
function laptop(): Record<string, string> {
  try {
    const file = join(process.env.LOCAL_DIR || ".local", "demo.json");
    const { dynamodbEndpoint } = v.parse(Demo, JSON.parse(readFileSync(file, "utf8")));
    return {
      AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint,
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
    };
  } catch {
    throw new UserError("The service does not run here: npm start.");
  }
}
