import type { DynamoDBStreamEvent } from "aws-lambda";
import { limitConcurrency } from "../../lib/async/limit_concurrency.ts";
import { invocation } from "../../lib/http/invocation.ts";
import { mailSender } from "../../lib/mails/mail_sender.ts";
import { insertedRows } from "../../lib/outbox/inserted_rows.ts";
import { sendRow } from "../../lib/outbox/send_row.ts";

const AT_ONCE = 5;

/** The stream of the Orders table brings what is to be told by mail. What fails is the clock's; nothing goes back to the stream. */
export const handler = invocation<DynamoDBStreamEvent>().handler(async (event) => {
  const sender = mailSender();
  const inTurn = limitConcurrency(AT_ONCE);
  const rows = insertedRows(event, "mails");
  const sent = rows.map((row) =>
    inTurn(async () => (sender.isAway() ? undefined : await sendRow(row, sender))),
  );
  return { tried: (await Promise.all(sent)).filter(Boolean).length };
});
