import * as v from "valibot";
import { ChecksJson } from "../lib/doctor/present_checks.ts";
import { NewMarketplace } from "../lib/marketplaces/create_marketplace.ts";
import { MarketplaceForRoleJson, MarketplaceJson } from "../lib/marketplaces/present_marketplace.ts";
import { MarketplaceUpdate } from "../lib/marketplaces/update_marketplace.ts";
import { MarketplaceOverviewJson } from "../lib/pages/marketplace_page.ts";
import { WholeUtilityJson } from "../lib/pages/utility_page.ts";
import { WholeMarketplaceJson } from "../lib/pages/whole_marketplace.ts";
import { UtilityUpdate } from "../lib/stripe_account/update_utility.ts";
import { EndpointsJson } from "../lib/stripe_webhook_endpoints/present_endpoints.ts";
import { NewUtility } from "../lib/utilities/create_utility.ts";
import { UtilityJson } from "../lib/utilities/present_utility.ts";
import { ASKS_STRIPE, MARKETPLACE, SPACE, type Subject } from "./operation.ts";

const UTILITY = `${SPACE}/utilities/{utility}`;

export const settings: Subject = {
  name: "Settings",
  description: "A Space's Stripe Utility, its Marketplaces, and their connection to their Vendors' accounts.",
  operations: {
    [`POST ${SPACE}/utilities`]: {
      id: "createUtility",
      summary: "Add a Stripe Utility to a Space, still without a key",
      role: "member",
      scope: "manage",
      body: NewUtility,
      answers: { 201: ["The Utility is made.", v.object({ space: v.string(), utility: v.string() })] },
      errors: ["utility_exists"],
    },
    [`GET ${UTILITY}/edit`]: {
      id: "editUtility",
      summary: "Read a Stripe Utility",
      role: "member",
      scope: "manage",
      answers: { 200: ["The Utility.", WholeUtilityJson] },
    },
    [`POST ${UTILITY}`]: {
      id: "updateUtility",
      summary: "Save a Utility's settings",
      description:
        "A new key is tried at Stripe first. One of another account or mode, while Orders are open, is 409 `orders_open` until it comes with `confirm_orders_open: true`.",
      role: "member",
      body: UtilityUpdate,
      answers: { 200: ["Saved.", UtilityJson] },
      errors: ["changed_meanwhile", "orders_open", "stripe_busy", "stripe_unavailable"],
    },
    [`POST ${UTILITY}/stripe_webhook_endpoints`]: {
      id: "registerStripeWebhookEndpoints",
      summary: "Register a Space's webhook endpoints at Stripe, or mend them",
      description: "Retires those that were replaced, too, and removes what can go.",
      role: "member",
      scope: "manage",
      answers: { 200: ["Those there are now.", EndpointsJson] },
      errors: [...ASKS_STRIPE, "not_reachable", "too_many_endpoints", "under_way"],
    },
    [`POST ${UTILITY}/stripe_webhook_endpoints/rotate`]: {
      id: "rotateStripeWebhookEndpoints",
      summary: "Begin to replace the webhook endpoints, and so their secrets",
      role: "member",
      scope: "manage",
      answers: { 200: ["The new ones beside the old.", EndpointsJson] },
      errors: [...ASKS_STRIPE, "no_endpoints", "rotation_under_way", "too_many_endpoints", "under_way"],
    },
    [`POST ${SPACE}/rooms/{room}/marketplaces`]: {
      id: "createMarketplace",
      summary: "Add a Marketplace to a Room",
      role: "member",
      scope: "manage",
      body: NewMarketplace,
      answers: {
        201: ["Where it is.", v.object({ space: v.string(), room: v.string(), marketplace: v.string() })],
      },
    },
    [`GET ${MARKETPLACE}`]: {
      id: "showMarketplace",
      summary: "Read a Marketplace, and what this month comes to for its Vendor",
      description:
        "A representative is not told what is for members: secrets, events, checks, who represents the Vendor.",
      role: "representative",
      scope: "manage",
      answers: { 200: ["The Marketplace.", MarketplaceOverviewJson] },
    },
    [`GET ${MARKETPLACE}/edit`]: {
      id: "showMarketplaceOfSettings",
      summary: "Read a Marketplace's settings and its connection",
      role: "representative",
      scope: "manage",
      answers: { 200: ["The Marketplace.", WholeMarketplaceJson] },
    },
    [`POST ${MARKETPLACE}`]: {
      id: "updateMarketplace",
      summary: "Save a Marketplace's settings",
      description:
        "`stripe_webhook_endpoint_secret` is the whole list, at most five, and a secret that stays may be named as it is shown; the others change one thing. `stripe_account`, by itself, is an account that is connected to the Space's already. Representatives take a person: with an API key they are 403 `person_needed`.",
      role: "member",
      scope: "manage",
      body: MarketplaceUpdate,
      answers: { 200: ["Saved.", MarketplaceJson] },
      errors: [
        ...ASKS_STRIPE,
        "person_needed",
        "changed_meanwhile",
        "already_connected",
        "account_is_platform",
        "account_not_visible",
        "not_invited",
      ],
    },
    [`POST ${MARKETPLACE}/checks`]: {
      id: "checkMarketplace",
      summary: "Ask Stripe after the account, and check each thing now",
      description: "By itself it is done every hour while the Marketplace is connected.",
      role: "representative",
      scope: "manage",
      answers: {
        200: [
          "What it came to.",
          v.object({ ...MarketplaceForRoleJson.entries, ...v.partial(ChecksJson).entries }),
        ],
      },
    },
    [`POST ${MARKETPLACE}/stripe_account`]: {
      id: "connectStripeAccount",
      summary: "Begin to connect a Marketplace, or go on to what Stripe still wants",
      role: "representative",
      answers: { 200: ["Where the person goes on to, at Stripe.", v.object({ url: v.string() })] },
      errors: [...ASKS_STRIPE, "already_connected", "https_needed"],
    },
    [`POST ${MARKETPLACE}/stripe_account/destroy`]: {
      id: "disconnectStripeAccount",
      summary: "Disconnect a Marketplace from Stripe",
      role: "representative",
      answers: { 200: ["Disconnected.", MarketplaceForRoleJson] },
      errors: [...ASKS_STRIPE, "client_id_refused"],
    },
  },
};
