/** `npm run script`: writes lib/pages/script.json. */
import { writeFileSync } from "node:fs";
import { buildScript } from "./build.ts";

writeFileSync(
  new URL("../lib/pages/script.json", import.meta.url),
  `${JSON.stringify({ text: buildScript() })}\n`,
);
