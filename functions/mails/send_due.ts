import { after, now } from "../../lib/clock.ts";
import { invocation } from "../../lib/http/invocation.ts";
import { log } from "../../lib/log.ts";
import { mailSender } from "../../lib/mails/mail_sender.ts";
import { sendDue } from "../../lib/outbox/send_due.ts";

/** What the last row of a run may still need, in ms, when no further one is begun. */
const LAST_ROW_MS = 25_000;

/** Every minute: sends the mails that are due. */
export const handler = invocation().handler(async (_schedule, context) => {
  const until = after(now(), context.getRemainingTimeInMillis() - LAST_ROW_MS);
  const { tried, overdue_s } = await sendDue("mails", until, mailSender());
  log.info("looked for mails that are due", { tried }, { OldestDueMailSeconds: overdue_s });
  return { tried };
});
