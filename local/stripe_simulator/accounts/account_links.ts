import * as v from "valibot";
import { accountNotConnected, invalidParam, invalidRequest } from "../api/errors.ts";
import { param, parse } from "../api/params.ts";
import type { Handler } from "../api/request.ts";
import { nowSeconds } from "../core/clock.ts";
import { newId } from "../core/ids.ts";
import { isConnected } from "../state/connections.ts";
import type { Simulator } from "../state/simulator.ts";

/** https://docs.stripe.com/api/account_links: valid for five minutes and one visit. */
const LIFETIME_SECONDS = 5 * 60;

const CreateParams = v.strictObject({
  account: param.text(),
  type: v.picklist(["account_onboarding", "account_update"]),
  refresh_url: param.url,
  return_url: param.url,
  collect: v.optional(v.picklist(["currently_due", "eventually_due"])),
  collection_options: v.optional(
    v.strictObject({
      fields: v.optional(v.picklist(["currently_due", "eventually_due"])),
      future_requirements: v.optional(v.picklist(["include", "omit"])),
    }),
  ),
});

export const createAccountLink: Handler = (
  { params, caller: { account: platform, livemode } },
  simulator,
) => {
  const { account, type, refresh_url, return_url } = parse(CreateParams, params);
  if (livemode)
    for (const url of [refresh_url, return_url])
      if (!/^https:/i.test(url))
        throw invalidRequest("Livemode requests must always be redirected via HTTPS.");
  if (!isConnected(simulator, platform, { account, livemode })) throw accountNotConnected();
  if (type === "account_update")
    throw invalidParam(
      "type",
      'You cannot create `account_update` type Account Links for this account. Valid types for this account are ["account_onboarding"].',
    );
  const created = nowSeconds();
  const expires_at = created + LIFETIME_SECONDS;
  const token = newId.accountLink();
  simulator.store.run(
    `INSERT INTO account_links (token, account, platform, livemode, refresh_url, return_url, expires_at_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    token,
    account,
    platform,
    Number(livemode),
    refresh_url,
    return_url,
    expires_at * 1000,
  );
  return {
    object: "account_link",
    created,
    expires_at,
    url: `${simulator.origin}/setup/s/${account}/${token}`,
  };
};

const AccountLink = v.object({
  token: v.string(),
  account: v.string(),
  platform: v.string(),
  livemode: v.pipe(
    v.number(),
    v.transform((one) => one === 1),
  ),
  refresh_url: v.string(),
  return_url: v.string(),
  expires_at_ms: v.number(),
  /** The form token of the visit; null before the visit, empty after it. */
  form: v.nullable(v.string()),
});

export type AccountLink = v.InferOutput<typeof AccountLink>;

export function findAccountLink(
  { store }: Simulator,
  account: string,
  token: string,
): AccountLink | undefined {
  const row = store.first("SELECT * FROM account_links WHERE account = ? AND token = ?", account, token);
  return row && v.parse(AccountLink, row);
}

const isStillConnected = (simulator: Simulator, { platform, account, livemode }: AccountLink) =>
  isConnected(simulator, platform, { account, livemode });

/** Starts the link's only visit.
 *  @returns its form token; undefined if the link is used or expired, or the account is no longer connected */
export function startVisit(simulator: Simulator, link: AccountLink): string | undefined {
  if (link.form !== null || link.expires_at_ms <= Date.now() || !isStillConnected(simulator, link))
    return undefined;
  const form = newId.accountLink();
  setForm(simulator, link, form);
  return form;
}

/** Ends a visit.
 *  @returns whether this is its form token, submitted for the first time */
export function endVisit(simulator: Simulator, link: AccountLink, form: string): boolean {
  if (!form || link.form !== form || !isStillConnected(simulator, link)) return false;
  setForm(simulator, link, "");
  return true;
}

const setForm = ({ store }: Simulator, { token }: AccountLink, form: string) =>
  store.run("UPDATE account_links SET form = ? WHERE token = ?", form, token);
