import * as v from "valibot";
import { auditPut } from "../audit/audit.ts";
import { configuration } from "../configuration.ts";
import { brandedDomainKey, spaceRowKey } from "../dynamodb/keys.ts";
import { transact } from "../dynamodb/transact.ts";
import { httpError } from "../errors.ts";
import { fields, Text } from "../http/body.ts";
import { coversHost, isHost } from "../ids.ts";
import type { Space } from "./space.ts";

/** Whether a host comes to us for a Space: by its name, or by a wildcard unless it is our own. */
const canBeBranded = (host: string): boolean =>
  configuration.brandedDomains.some(
    (name) => name === host || (coversHost(name, host) && host !== new URL(configuration.baseUrl).hostname),
  );

/** Empty for none. */
const BrandedDomain = v.pipe(
  Text,
  v.trim(),
  v.check((text) => text === "" || isHost(text), "must be a host name, such as `shop.example.com`"),
  v.toLowerCase(),
  v.check(
    (host) => host === "" || canBeBranded(host),
    () =>
      `must be one of BRANDED_DOMAINS, which this service is set up with: ${configuration.brandedDomains.join(", ") || "there are none"}`,
  ),
);

/** The version that the form was made from. */
export const Version = v.pipe(
  v.union([v.string(), v.number()]),
  v.check((given) => /^\d{1,15}$/.test(String(given)), "must be a whole number"),
  v.transform(Number),
);

export type SpaceUpdate = v.InferOutput<typeof SpaceUpdate>;
export const SpaceUpdate = fields({ branded_domain: BrandedDomain, version: Version });

/** @throws {HttpError} 409 where somebody else saved first, or the host is another Space's. */
export async function updateSpace(
  before: Space,
  { branded_domain, version }: SpaceUpdate,
  actor: string,
): Promise<void> {
  if (version !== before.version) throw httpError("changed_meanwhile");
  const TableName = configuration.settingsTable;
  const { space } = before;
  const changes = branded_domain !== (before.branded_domain ?? "");
  const saved = await transact([
    {
      Update: {
        TableName,
        Key: spaceRowKey(space),
        UpdateExpression: branded_domain
          ? "SET branded_domain = :host, version = :next"
          : "SET version = :next REMOVE branded_domain",
        ConditionExpression: "version = :seen",
        ExpressionAttributeValues: {
          ":seen": version,
          ":next": version + 1,
          ...(branded_domain && { ":host": branded_domain }),
        },
      },
    },
    ...(changes && before.branded_domain
      ? [{ Delete: { TableName, Key: brandedDomainKey(before.branded_domain) } }]
      : []),
    ...(changes && branded_domain
      ? [
          {
            Put: {
              TableName,
              Item: { ...brandedDomainKey(branded_domain), space },
              ConditionExpression: "attribute_not_exists(pk)",
            },
          },
        ]
      : []),
    auditPut(
      space,
      actor,
      branded_domain ? `set the branded domain to ${branded_domain}` : "removed the branded domain",
    ),
  ]);
  if (!saved) throw httpError("branded_domain_taken", branded_domain);
}
