import { GetCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { auditPut } from "../audit/audit.ts";
import { configuration } from "../configuration.ts";
import { dynamodb } from "../dynamodb/client.ts";
import { SPACE_ROW, spaceRowKey } from "../dynamodb/keys.ts";
import { transact } from "../dynamodb/transact.ts";
import { readWebhookSecrets, sealWebhookSecrets } from "../marketplaces/webhook_secrets.ts";
import { mask } from "../secrets/mask.ts";

/** A webhook endpoint that is registered for the Space in the Distributor's account, without its secret. */
export type RegisteredEndpoint = v.InferOutput<typeof RegisteredEndpoint>;
export const RegisteredEndpoint = v.object({
  /** `we_…` */
  id: v.string(),
  /** Whether it hears the connected accounts, or the platform itself. Stripe does not tell afterwards. */
  connect: v.boolean(),
  /** The platform account it is in, `acct_…`. */
  account: v.string(),
  /** Its secret as it may be shown, `whsec_…4242`. */
  secret: v.string(),
  /** ISO 8601. */
  registered_at: v.string(),
  /** In a rotation: the endpoint that is retired when this one has verified its first event. */
  replaces: v.optional(v.string()),
  /** Since when nothing needs it (ISO 8601): it stays, with its secret, for what Stripe has still to deliver by it. */
  retired_at: v.optional(v.string()),
});

/** What hears events for the Space, and is not merely kept for those of before. */
export const isActive = ({ retired_at }: RegisteredEndpoint): boolean => retired_at === undefined;

/** Who does what nobody pressed a button for, in the audit. */
export const SERVICE = "this service";

/** The Space's endpoints with their secrets, in the same order. */
export type Registered = {
  endpoints: (RegisteredEndpoint & { whsec: string })[];
  /** Secrets of no endpoint of ours, `whsec_…`, which people added: a `stripe listen`'s. In the sealed list they come last. */
  added: string[];
  /** Counts changes, so that of two writers the second is told. */
  version: number;
};

const Row = v.object({
  stripe_webhook_endpoint: v.optional(v.array(RegisteredEndpoint), []),
  stripe_webhook_endpoint_version: v.optional(v.number(), 0),
});

/** What is registered, without the secrets. */
export async function findRegistered(
  space: string,
): Promise<{ endpoints: RegisteredEndpoint[]; version: number }> {
  const { Item = {} } = await dynamodb.send(
    new GetCommand({
      TableName: configuration.settingsTable,
      Key: spaceRowKey(space),
      ProjectionExpression: "stripe_webhook_endpoint, stripe_webhook_endpoint_version",
      ConsistentRead: true,
    }),
  );
  const { stripe_webhook_endpoint: endpoints, stripe_webhook_endpoint_version: version } = v.parse(Row, Item);
  return { endpoints, version };
}

export async function readRegistered(space: string): Promise<Registered> {
  const { endpoints, version } = await findRegistered(space);
  const secrets = (await readWebhookSecrets(space, SPACE_ROW)) ?? [];
  return {
    endpoints: endpoints.map((endpoint, index) => ({ ...endpoint, whsec: secrets[index] ?? "" })),
    added: secrets.slice(endpoints.length),
    version,
  };
}

/** Somebody else changed the Space's endpoints meanwhile. */
export class EndpointsChanged extends Error {
  override name = "EndpointsChanged";
}

/** Saves the endpoints; the secrets that people added stay. @param actor null keeps it out of the audit. @throws {EndpointsChanged} */
export const saveRegistered = (
  space: string,
  before: Registered,
  endpoints: Registered["endpoints"],
  actor: string | null,
  what: string,
): Promise<Registered> => save(space, { ...before, endpoints }, actor, what);

/** Saves the secrets that people added; the endpoints stay. @throws {EndpointsChanged} */
export const saveAdded = (
  space: string,
  before: Registered,
  added: string[],
  actor: string,
  what: string,
): Promise<Registered> => save(space, { ...before, added }, actor, what);

async function save(
  space: string,
  { endpoints, added, version }: Registered,
  actor: string | null,
  what: string,
): Promise<Registered> {
  const saved = await transact([
    {
      Update: {
        TableName: configuration.settingsTable,
        Key: spaceRowKey(space),
        UpdateExpression:
          "SET stripe_webhook_endpoint = :endpoints, added_webhook_secret_masked = :added, stripe_webhook_endpoint_secret = :sealed, stripe_webhook_endpoint_version = :next",
        ConditionExpression:
          "attribute_exists(pk) AND (attribute_not_exists(stripe_webhook_endpoint_version) OR stripe_webhook_endpoint_version = :seen)",
        ExpressionAttributeValues: {
          ":endpoints": endpoints.map(({ whsec, ...endpoint }) => endpoint),
          ":sealed": await sealWebhookSecrets(
            [...endpoints.map(({ whsec }) => whsec), ...added],
            space,
            SPACE_ROW,
          ),
          ":added": added.map(mask),
          ":seen": version,
          ":next": version + 1,
        },
      },
    },
    ...(actor === null ? [] : [auditPut(space, actor, what)]),
  ]);
  if (!saved) throw new EndpointsChanged();
  return { endpoints, added, version: version + 1 };
}
