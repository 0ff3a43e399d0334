import { createHash } from "node:crypto";
import script from "./script.json" with { type: "json" };

/** The pages' one script (browser/script.ts), as `npm run script` has built it. */
export const SCRIPT: string = script.text;

const HASH = createHash("sha256").update(SCRIPT).digest("hex").slice(0, 16);

/** What a path of ours ends with that leads to it: its content, so that a browser keeps it until it changes. */
export const SCRIPT_FILE = `${HASH}.js`;
export const SCRIPT_PATH = `/scripts/${SCRIPT_FILE}`;
