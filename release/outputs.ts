import { describeSubscriptions, type Subscriptions } from "./alarm_topic.ts";
import { describeSender, type InvitationSender } from "./invitation_sender.ts";
import { serviceStack } from "./names.ts";

/** What each host's DNS must point at, from the outputs of the service's stack (aws/domains.js). */
export function dnsOf(outputs: Record<string, string>): { host: string; target: string }[] {
  return Object.entries(outputs)
    .filter(([name]) => name.startsWith("Dns"))
    .map(([, value]) => value.split(" "))
    .map(([host = "", target = ""]) => ({ host, target }));
}

/** What an operator needs to know of a stage that was deployed. */
export function deploySummary(
  stage: string,
  region: string,
  outputs: Record<string, string>,
  {
    invited,
    sender,
    subscriptions,
  }: { invited: string[]; sender: InvitationSender | undefined; subscriptions: Subscriptions },
): string {
  const { BaseUrl: base = "", HttpApiUrl: api = "" } = outputs;
  const console = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}`;
  return [
    "",
    `  ${stage} is deployed, and passed its smoke test.`,
    "",
    `  The service     ${base}`,
    ...(base === api ? [] : [`  The API's own   ${api}`]),
    `  Redirect URI    ${base}/stripe_account/callback`,
    `  Dashboard       ${console}#dashboards/dashboard/${serviceStack(stage)}-${region}`,
    `  Alarms          ${describeSubscriptions(subscriptions)}`,
    ...dnsOf(outputs).map(({ host, target }) => `  DNS             ${host} CNAME ${target}`),
    ...(sender ? [`  Invitations     ${describeSender(sender)}`] : []),
    ...(invited.length > 0 ? [`  Invited         ${invited.join(", ")}, by email`] : []),
    `  Back            npm run rollback -- --stage ${stage}`,
    "",
  ].join("\n");
}
