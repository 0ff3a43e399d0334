import * as v from "valibot";
import { Scope } from "../api_keys/api_key.ts";
import { AuditEntry } from "../audit/audit.ts";
import { Count } from "../http/answer_fields.ts";
import { listenLine } from "../marketplaces/listen_line.ts";
import { MarketplaceJson, presentMarketplace } from "../marketplaces/present_marketplace.ts";
import { spaceForwardUrl } from "../urls.ts";
import { presentUtility, UtilityJson } from "../utilities/present_utility.ts";
import { presentRecovery, RecoveryJson } from "./present_recovery.ts";
import type { WholeSpace } from "./read_space.ts";

/** A Space as programs see it. */
export type SpaceJson = v.InferOutput<typeof SpaceJson>;
export const SpaceJson = v.object({
  space: v.string(),
  name: v.string(),
  branded_domain: v.nullable(v.string()),
  version: v.pipe(
    Count,
    v.description("Goes back with a change, so that of two who save at once the second is told."),
  ),
  utilities: v.array(UtilityJson),
  marketplaces: v.array(MarketplaceJson),
  members: v.array(v.object({ email: v.string() })),
  api_keys: v.array(v.object({ id: v.string(), name: v.string(), scope: Scope })),
  audit: v.pipe(v.array(AuditEntry), v.description("Who did what, the newest first.")),
  recovery: v.pipe(v.nullable(RecoveryJson), v.description("Null where Stripe was never asked.")),
  forward_url: v.pipe(v.string(), v.description("Where `stripe listen` forwards the Space's events to.")),
  listen_line: v.string(),
  added_webhook_secrets: v.pipe(v.array(v.string()), v.description("Masked: `whsec_…4242`.")),
});

export const presentSpace = ({
  space,
  utilities,
  marketplaces,
  members,
  apiKeys,
  audit,
  recovery,
}: WholeSpace): SpaceJson => ({
  space: space.space,
  name: space.name,
  branded_domain: space.branded_domain ?? null,
  version: space.version,
  utilities: utilities.map(presentUtility),
  marketplaces: marketplaces.map(presentMarketplace),
  members: members.map(({ email }) => ({ email })),
  api_keys: apiKeys.map(({ id, name, scope }) => ({ id, name, scope })),
  audit: audit.map(({ at, actor, what }) => ({ at, actor, what })),
  recovery: presentRecovery(recovery),
  forward_url: spaceForwardUrl(space.space),
  listen_line: listenLine(spaceForwardUrl(space.space)),
  added_webhook_secrets: space.added_webhook_secret_masked,
});
