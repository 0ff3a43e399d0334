import type Stripe from "stripe";
import * as v from "valibot";
import type { Caller } from "../api/authenticate.ts";
import { invalidRequest, notControlled, resourceMissing } from "../api/errors.ts";
import { paginate, whereCreated } from "../api/lists.ts";
import { assertNoParams, mergeMetadata, param, parse } from "../api/params.ts";
import type { Handler } from "../api/request.ts";
import { newId } from "../core/ids.ts";
import { deauthorizeEverywhere } from "../oauth/authorizations.ts";
import { getAccount, insertAccount, removeAccount } from "../state/accounts.ts";
import { connect, controllerOf, setController } from "../state/connections.ts";
import type { Simulator } from "../state/simulator.ts";
import { changeAccount } from "./change_account.ts";
import { NO_REQUIREMENTS, newAccount } from "./new_account.ts";

const businessProfile = v.strictObject({
  mcc: v.optional(param.text(4)),
  name: v.optional(param.text()),
  product_description: v.optional(param.text(40_000)),
  support_email: v.optional(param.email),
  support_phone: v.optional(param.text()),
  support_url: v.optional(param.url),
  url: v.optional(param.url),
});

const capability = v.optional(v.strictObject({ requested: v.optional(param.boolean, "false") }));

/** Stripe has more; these are the ones for payouts and for the payment methods of the simulator's Checkout. */
const capabilities = v.strictObject({
  card_payments: capability,
  link_payments: capability,
  transfers: capability,
  us_bank_account_ach_payments: capability,
});

/** The one combination that makes a Standard account; the simulator supports no other. */
const standardController = v.strictObject({
  fees: v.optional(v.strictObject({ payer: v.picklist(["account"]) })),
  losses: v.optional(v.strictObject({ payments: v.picklist(["stripe"]) })),
  requirement_collection: v.optional(v.picklist(["stripe"])),
  stripe_dashboard: v.optional(v.strictObject({ type: v.picklist(["full"]) })),
});

const CreateParams = v.strictObject({
  type: v.optional(v.picklist(["standard"])),
  controller: v.optional(standardController),
  country: v.optional(
    v.pipe(param.text(), v.check(isCountry, "Country must be a two-letter code like 'US'.")),
  ),
  default_currency: v.optional(param.currency),
  email: v.optional(param.email),
  business_type: v.optional(v.picklist(["company", "government_entity", "individual", "non_profit"])),
  business_profile: v.optional(businessProfile),
  capabilities: v.optional(capabilities, {}),
  metadata: v.optional(param.metadata, {}),
});

function isCountry(code: string): boolean {
  return /^[A-Z]{2}$/.test(code);
}

/** https://docs.stripe.com/api/accounts/create: an account of which Stripe knows nothing else yet. */
export const createAccount: Handler = ({ params, scope, caller }, simulator) => {
  const wanted = parse(CreateParams, params);
  if (wanted.type && wanted.controller)
    throw invalidRequest("You may only specify one of these parameters: controller, type.");
  const platform = getAccount(simulator, scope.account);
  const account = insertAccount(simulator, notOnboarded(wanted, platform));
  const created = { account: account.id, livemode: caller.livemode };
  setController(simulator, platform.id, created);
  connect(simulator, platform.id, created);
  return account;
};

function notOnboarded(wanted: v.InferOutput<typeof CreateParams>, platform: Stripe.Account): Stripe.Account {
  const complete = newAccount(newId.account(), {
    display_name: "",
    country: wanted.country ?? platform.country,
    default_currency: wanted.default_currency ?? platform.default_currency,
  });
  const account: Stripe.Account = {
    ...complete,
    business_profile: mergeProfile(null, wanted.business_profile),
    business_type: wanted.business_type ?? null,
    capabilities: Object.fromEntries(
      Object.entries(wanted.capabilities).flatMap(([name, asked]) =>
        asked?.requested ? [[name, "inactive"]] : [],
      ),
    ),
    charges_enabled: false,
    controller: {
      type: "application",
      is_controller: true,
      fees: { payer: "account" },
      losses: { payments: "stripe" },
      requirement_collection: "stripe",
      stripe_dashboard: { type: "full" },
    },
    details_submitted: false,
    email: wanted.email ?? null,
    metadata: wanted.metadata,
    payouts_enabled: false,
  };
  return { ...account, requirements: firstRequirements(account) };
}

/** Stripe treats all missing information as past due from the start. */
function firstRequirements(account: Stripe.Account): Stripe.Account.Requirements {
  const { business_profile, business_type, email } = account;
  const due = [
    ...(business_profile?.product_description ? [] : ["business_profile.product_description"]),
    ...(business_profile?.support_phone ? [] : ["business_profile.support_phone"]),
    ...(business_profile?.url ? [] : ["business_profile.url"]),
    ...(business_type ? [] : ["business_type"]),
    ...(email ? [] : ["email"]),
    "external_account",
    "representative.first_name",
    "representative.last_name",
    "tos_acceptance.date",
    "tos_acceptance.ip",
  ];
  return {
    ...NO_REQUIREMENTS,
    currently_due: due,
    eventually_due: due,
    past_due: due,
    disabled_reason: "requirements.past_due",
  };
}

const ListParams = v.strictObject({ ...param.paging, created: v.optional(param.range) });

/** https://docs.stripe.com/api/accounts/list: the accounts connected in the key's mode. */
export const listAccounts: Handler = ({ params, scope }, simulator) => {
  const { created, ...paging } = parse(ListParams, params);
  const CONNECTED = `SELECT accounts.rowid AS seq, accounts.body ->> '$.created' AS created, accounts.id, body FROM accounts
    JOIN connected_accounts AS connected ON connected.account = accounts.id AND platform = ? AND livemode = ?`;
  const values = [scope.account, Number(scope.livemode)];
  return paginate("/v1/accounts", paging, {
    seqOf(id, param) {
      const row = simulator.store.first(`SELECT seq FROM (${CONNECTED}) WHERE id = ?`, ...values, id);
      if (!row) throw resourceMissing("account", id, param);
      return Number(row.seq);
    },
    list: (bounds, limit) => {
      const conditions = [...whereCreated(created), ...bounds];
      const where = conditions.map(({ sql }) => ` AND ${sql}`).join("");
      return simulator.store
        .all(
          `SELECT id FROM (${CONNECTED}) WHERE true${where} ORDER BY seq DESC LIMIT ?`,
          ...values,
          ...conditions.flatMap((condition) => condition.values),
          limit,
        )
        .map(({ id }) => getAccount(simulator, String(id)));
    },
  });
};

const UpdateParams = v.strictObject({
  business_profile: v.optional(businessProfile),
  email: v.optional(param.email),
  metadata: v.optional(param.metadata),
});

/** https://docs.stripe.com/api/accounts/update: only by the platform that created the account. */
export const updateAccount: Handler = ({ params, path, caller, cause }, simulator) => {
  const id = assertControlled(simulator, caller, path("id"));
  const wanted = parse(UpdateParams, params);
  return changeAccount(
    simulator,
    id,
    (account) => {
      const after = {
        ...account,
        business_profile: mergeProfile(account.business_profile, wanted.business_profile),
        email: wanted.email ?? account.email,
        metadata: mergeMetadata(account.metadata ?? {}, wanted.metadata ?? {}),
      };
      return account.details_submitted ? after : { ...after, requirements: firstRequirements(after) };
    },
    cause,
  );
};

/** https://docs.stripe.com/api/accounts/delete: accounts with their own dashboard only in test mode. */
export const deleteAccount: Handler = ({ params, path, caller, cause }, simulator) => {
  const id = assertControlled(simulator, caller, path("id"));
  assertNoParams(params);
  if (caller.livemode)
    throw invalidRequest(
      "Live-mode accounts that have access to the standard dashboard and where Stripe is liable for losses cannot be deleted.",
    );
  deauthorizeEverywhere(simulator, caller.account, id, cause);
  removeAccount(simulator, id);
  return { id, object: "account", deleted: true };
};

function assertControlled(simulator: Simulator, caller: Caller, id: string): string {
  const account = caller.actsFor(id);
  if (controllerOf(simulator, account)?.platform !== caller.account) throw notControlled(account);
  return account;
}

function mergeProfile(
  old: Stripe.Account.BusinessProfile | null | undefined,
  wanted: v.InferOutput<typeof businessProfile> | undefined,
): Stripe.Account.BusinessProfile | null {
  if (!wanted) return old ?? null;
  return {
    mcc: wanted.mcc ?? old?.mcc ?? null,
    minority_owned_business_designation: null,
    name: wanted.name ?? old?.name ?? null,
    product_description: wanted.product_description ?? old?.product_description ?? null,
    specified_commercial_transactions_act_url: null,
    support_address: null,
    support_email: wanted.support_email ?? old?.support_email ?? null,
    support_phone: wanted.support_phone ?? old?.support_phone ?? null,
    support_url: wanted.support_url ?? old?.support_url ?? null,
    url: wanted.url ?? old?.url ?? null,
  };
}

/** `GET /v1/account` and `GET /v1/accounts/:id` */
export const retrieveAccount: Handler = ({ params, path, scope, caller }, simulator) => {
  assertNoParams(params);
  const id = path("id") ? caller.actsFor(path("id")) : scope.account;
  return getAccount(simulator, id);
};
