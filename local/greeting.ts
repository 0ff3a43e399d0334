import { join } from "node:path";
import type { Demo } from "./demo.ts";

/** What a newcomer reads when all is up: where things are, and what to try next. */
export function greeting(
  { baseUrl, simulatorUrl, mailboxUrl, people, spaces }: Demo,
  { notes, localDir, ms }: { notes: string[]; localDir: string; ms: number },
): string {
  const [demo] = spaces;
  const [marketplace] = demo?.marketplaces ?? [];
  const lines = [
    "",
    `Ready in ${(ms / 1000).toFixed(1)} s.`,
    "",
    `  Service            ${baseUrl}`,
    `  Stripe             ${simulatorUrl ? `${simulatorUrl} (simulator)` : "Stripe's own test mode"}`,
    `  Mails              ${mailboxUrl}`,
    `  Space              ${demo?.space}, Room ${marketplace?.room}`,
    `  Ids, keys, URLs    ${join(localDir, "demo.json")}`,
    `  Logs               ${join(localDir, "log")}`,
    "",
    `Sign in at ${baseUrl} as one of these:`,
    "",
    ...people.map(
      ({ email, password, role, space }) =>
        `  ${email.padEnd(24)} ${password.padEnd(18)} ${role}${space ? ` of ${space}` : ""}`,
    ),
    "",
    "Try next: open a Marketplace as a member, and press *Place a test Order* (docs/json.md",
    "sells by JSON). In another terminal, let the Stripe CLI forward its events:",
    "",
    `  npm run listen${simulatorUrl ? "" : " -- --stripe test"}`,
    "",
    "Ctrl-C stops everything.",
  ];
  return [...notes.map((note) => `\n${note}`), ...lines].join("\n");
}
