import { GetTopicAttributesCommand } from "@aws-sdk/client-sns";
import type { Caller } from "./account.ts";
import type { Clients } from "./clients.ts";
import { alarmTopic } from "./names.ts";

/** How many addresses are told of a stage's alarms, and how many have yet to open the link that SNS has mailed them. */
export type Subscriptions = { confirmed: number; pending: number };

export async function alarmSubscriptions(
  { sns, region }: Pick<Clients, "sns" | "region">,
  { account, partition }: Caller,
  stage: string,
): Promise<Subscriptions> {
  const TopicArn = `arn:${partition}:sns:${region}:${account}:${alarmTopic(stage)}`;
  const { Attributes = {} } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
  return {
    confirmed: Number(Attributes.SubscriptionsConfirmed ?? 0),
    pending: Number(Attributes.SubscriptionsPending ?? 0),
  };
}

/** Who is told of alarms. Those who have not confirmed hear nothing, and SNS forgets them after two days. */
export function describeSubscriptions({ confirmed, pending }: Subscriptions): string {
  const waiting = `${addresses(pending)} yet to open the link that SNS has mailed`;
  if (confirmed === 0) return `nobody is told: ${pending > 0 ? waiting : "RUNBOOK.md, Alarms, says how"}`;
  return `${addresses(confirmed)} confirmed to be told${pending > 0 ? `, ${waiting}` : ""}`;
}

const addresses = (count: number): string => `${count} ${count === 1 ? "address has" : "addresses have"}`;
