import { listenLine } from "../marketplaces/listen_line.ts";
import { presentMarketplace } from "../marketplaces/present_marketplace.ts";
import { spaceForwardUrl } from "../urls.ts";
import { presentUtility } from "../utilities/present_utility.ts";
import { presentRecovery } from "./present_recovery.ts";
import type { WholeSpace } from "./read_space.ts";

/** A Space as programs see it. */
export const presentSpace = ({
  space,
  utilities,
  marketplaces,
  members,
  apiKeys,
  audit,
  recovery,
}: WholeSpace) => ({
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
