import { GetAccountCommand, GetEmailIdentityCommand, NotFoundException } from "@aws-sdk/client-sesv2";
import type { Clients } from "./clients.ts";
import type { StageSettings } from "./stage_settings.ts";

/** Who mails what the user pool has to say: Amazon SES, by an identity of ours, or Cognito itself while something is missing. */
export type InvitationSender = { from: string; domain: string } | { missing: string[] };

/**
 * Asks Amazon SES whether it can mail invitations. It is the domain of `MAIL_FROM` that must be verified: without its DKIM,
 * mailboxes take them for forged. The identity of the address is the service stack's, and a removal, a rollback or another
 * address deletes it: a user pool that mailed by it could then mail nobody.
 * @returns undefined where people sign in elsewhere, so that nobody is invited
 */
export async function invitationSender(
  { ses }: Pick<Clients, "ses">,
  { OIDC_ISSUER, MAIL_FROM }: Pick<StageSettings, "OIDC_ISSUER" | "MAIL_FROM">,
): Promise<InvitationSender | undefined> {
  if (OIDC_ISSUER) return undefined;
  if (!MAIL_FROM) return { missing: ["set MAIL_FROM"] };
  const domain = MAIL_FROM.slice(MAIL_FROM.lastIndexOf("@") + 1);
  const [isVerified, { ProductionAccessEnabled, SendingEnabled }] = await Promise.all([
    isIdentityVerified(ses, domain),
    ses.send(new GetAccountCommand({})),
  ]);
  const missing = [
    ...(isVerified ? [] : [`verify ${domain} at Amazon SES`]),
    // In the sandbox SES mails verified addresses alone.
    ...(ProductionAccessEnabled ? [] : ["ask Amazon SES for production access"]),
    ...(SendingEnabled ? [] : ["have Amazon SES send again for this account, which it has paused"]),
  ];
  return missing.length > 0 ? { missing } : { from: MAIL_FROM, domain };
}

async function isIdentityVerified(ses: Clients["ses"], EmailIdentity: string): Promise<boolean> {
  try {
    const { VerifiedForSendingStatus } = await ses.send(new GetEmailIdentityCommand({ EmailIdentity }));
    return VerifiedForSendingStatus === true;
  } catch (error) {
    if (error instanceof NotFoundException) return false;
    throw error;
  }
}

/** Who mails invitations, and what is to be done so that it is Amazon SES. */
export function describeSender(sender: InvitationSender): string {
  return "from" in sender
    ? `mailed by Amazon SES, from ${sender.from}`
    : `mailed by Cognito, 50 a day at most. For more, ${sender.missing.join(", ")}, and deploy again (RUNBOOK.md, Mails)`;
}
