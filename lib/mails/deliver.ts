import { SESv2Client, SendEmailCommand } from "@aws-sdk/client-sesv2";
import { createTransport } from "nodemailer";
import * as v from "valibot";
import { configuration } from "../configuration.ts";
import type { Mail } from "./mail.ts";

/**
 * What the mail server says. `refused`: to this person, for good. `later`: not to this person now. `away`: it takes no mail of
 * anybody's now. `why` quotes neither a server nor a person.
 */
export type Delivery = { is: "taken" } | { is: "refused" | "later" | "away"; why: string };

/** A try ends within 20 s, in ms: it connects, is greeted, and waits for an answer. */
const SMTP = { connectionTimeout: 5_000, greetingTimeout: 5_000, socketTimeout: 8_000, dnsTimeout: 2_000 };
const ses = () =>
  new SESv2Client({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });

/** A mail is made of our texts alone: no text of somebody's has a file or an address read. */
const CLOSED = { disableFileAccess: true, disableUrlAccess: true };

/** By SMTP where `SMTP_URL` names a server, else by Amazon SES; both are handed the same bytes. */
function newServer() {
  const { smtpUrl } = configuration;
  return smtpUrl
    ? createTransport({ ...SMTP, ...CLOSED, url: smtpUrl })
    : createTransport({ ...CLOSED, SES: { sesClient: ses(), SendEmailCommand } });
}

let server: ReturnType<typeof newServer> | undefined;

/** Hands a mail to the mail server. */
export async function deliver(mail: Mail): Promise<Delivery> {
  const from = configuration.mailFrom ?? "";
  server ??= newServer();
  try {
    await server.sendMail({
      from: { name: mail.fromName, address: from },
      to: { name: "", address: mail.to },
      replyTo: mail.replyTo.map((address) => ({ name: "", address })),
      messageId: `<${mail.id}@${from.split("@")[1]}>`,
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      headers: {
        // No answering machine answers (RFC 3834).
        "Auto-Submitted": "auto-generated",
        ...(mail.unsubscribeUrl && {
          "List-Unsubscribe": `<${mail.unsubscribeUrl}>`,
          "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }),
      },
    });
    return { is: "taken" };
  } catch (error) {
    return deliveryOf(error, from);
  }
}

const Failure = v.object({
  name: v.fallback(v.string(), ""),
  message: v.fallback(v.string(), ""),
  code: v.fallback(v.string(), ""),
  command: v.fallback(v.string(), ""),
  responseCode: v.fallback(v.number(), 0),
});

/** What a failure says of the mail server, and of the person. */
export function deliveryOf(error: unknown, from: string): Delivery {
  const { name, message, code, command, responseCode } = v.parse(Failure, error);
  if (OF_A_MAIL.has(name)) return refusalOfSes(message, from);
  const isOfPerson = command === "RCPT TO" || command === "DATA";
  if (isOfPerson && responseCode >= 500)
    return { is: "refused", why: `the mail server refuses it (${responseCode})` };
  if (isOfPerson && responseCode >= 400 && responseCode !== 421)
    return { is: "later", why: `the mail server does not take it yet (${responseCode})` };
  return {
    is: "away",
    // Of what SES's client throws without a code, nodemailer says the same of all.
    why: `the mail server takes no mails (${responseCode || (code === "ESES" ? "" : code) || name || "no answer"})`,
  };
}

/** What SES says of one mail; of all else it says, nobody gets one (Amazon SES API v2 reference, "SendEmail"). */
const OF_A_MAIL = new Set(["MessageRejected", "BadRequestException"]);

/** SES names the identities that it does not take: our own, or in its sandbox whoever is not verified, is an operator's to mend. */
function refusalOfSes(message: string, from: string): Delivery {
  if (message.includes(from)) return { is: "away", why: "Amazon SES does not take mails of this sender" };
  if (/not verified/i.test(message)) return { is: "away", why: "Amazon SES has this account in its sandbox" };
  return { is: "refused", why: "Amazon SES refuses it" };
}
