import { type Context, Hono } from "hono";
import { createAccountLink } from "./accounts/account_links.ts";
import {
  createAccount,
  deleteAccount,
  listAccounts,
  retrieveAccount,
  updateAccount,
} from "./accounts/accounts.ts";
import { notPlayed, unrecognizedUrl } from "./api/errors.ts";
import { isStripes } from "./api/not_played.ts";
import { api } from "./api/request.ts";
import { confirmPaymentPage, retrievePaymentPage } from "./checkout/payment_pages.ts";
import { createPrice, listPrices, retrievePrice } from "./checkout/prices.ts";
import { createProduct, listProducts, retrieveProduct, updateProduct } from "./checkout/products.ts";
import {
  createCheckoutSession,
  expireCheckoutSession,
  listCheckoutSessions,
  listLineItems,
  retrieveCheckoutSession,
  updateCheckoutSession,
} from "./checkout/sessions.ts";
import { listEvents, retrieveEvent, retryEvent } from "./events/events.ts";
import { deauthorizeAccount } from "./oauth/deauthorize.ts";
import { oauth } from "./oauth/request.ts";
import { exchangeCode } from "./oauth/token.ts";
import { retrieveBalance } from "./payments/balance.ts";
import { listBalanceTransactions, retrieveBalanceTransaction } from "./payments/balance_transactions.ts";
import { listCharges, retrieveCharge } from "./payments/charges.ts";
import { closeDispute, listDisputes, retrieveDispute, updateDispute } from "./payments/disputes.ts";
import {
  cancelPaymentIntent,
  confirmPaymentIntent,
  createPaymentIntent,
  listPaymentIntents,
  retrievePaymentIntent,
  updatePaymentIntent,
} from "./payments/payment_intents.ts";
import { createPaymentMethod, retrievePaymentMethod } from "./payments/payment_methods.ts";
import { listPayouts, retrievePayout } from "./payments/payouts.ts";
import { cancelRefund, createRefund, listRefunds, retrieveRefund, updateRefund } from "./payments/refunds.ts";
import {
  createReversal,
  listReversals,
  retrieveReversal,
  updateReversal,
} from "./payments/transfer_reversals.ts";
import { createTransfer, listTransfers, retrieveTransfer, updateTransfer } from "./payments/transfers.ts";
import type { Simulator } from "./state/simulator.ts";
import { createCliSession } from "./webhooks/cli_socket.ts";
import {
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  listWebhookEndpoints,
  retrieveWebhookEndpoint,
  updateWebhookEndpoint,
} from "./webhooks/webhook_endpoints.ts";

/** Stripe's REST API. */
export function apiRoutes(simulator: Simulator): Hono {
  const routes = new Hono();
  routes.get("/account", api(simulator, "accounts_kyc_basic_read", retrieveAccount));
  routes.post("/account_links", api(simulator, "account_link_write", createAccountLink));
  routes.get("/accounts", api(simulator, "connected_account_read", listAccounts));
  routes.post("/accounts", api(simulator, "connected_account_write", createAccount));
  routes.get("/accounts/:id", api(simulator, "accounts_kyc_basic_read", retrieveAccount));
  routes.post("/accounts/:id", api(simulator, "connected_account_write", updateAccount));
  routes.delete("/accounts/:id", api(simulator, "connected_account_write", deleteAccount));
  routes.get("/balance", api(simulator, "balance_read", retrieveBalance));
  routes.get(
    "/balance_transactions",
    api(simulator, "balance_transaction_source_read", listBalanceTransactions),
  );
  routes.get(
    "/balance_transactions/:id",
    api(simulator, "balance_transaction_source_read", retrieveBalanceTransaction),
  );
  routes.get("/charges", api(simulator, "charge_read", listCharges));
  routes.get("/charges/:id", api(simulator, "charge_read", retrieveCharge));
  routes.get("/checkout/sessions", api(simulator, "checkout_session_read", listCheckoutSessions));
  routes.post("/checkout/sessions", api(simulator, "checkout_session_write", createCheckoutSession));
  routes.get("/checkout/sessions/:id", api(simulator, "checkout_session_read", retrieveCheckoutSession));
  routes.post("/checkout/sessions/:id", api(simulator, "checkout_session_write", updateCheckoutSession));
  routes.post(
    "/checkout/sessions/:id/expire",
    api(simulator, "checkout_session_write", expireCheckoutSession),
  );
  routes.get("/checkout/sessions/:id/line_items", api(simulator, "checkout_session_read", listLineItems));
  routes.get("/disputes", api(simulator, "dispute_read", listDisputes));
  routes.get("/disputes/:id", api(simulator, "dispute_read", retrieveDispute));
  routes.post("/disputes/:id", api(simulator, "dispute_write", updateDispute));
  routes.post("/disputes/:id/close", api(simulator, "dispute_write", closeDispute));
  routes.get("/events", api(simulator, "event_read", listEvents));
  routes.get("/events/:id", api(simulator, "event_read", retrieveEvent));
  routes.post("/events/:id/retry", api(simulator, "event_write", retryEvent));
  routes.get("/payment_intents", api(simulator, "payment_intent_read", listPaymentIntents));
  routes.get("/payment_intents/:id", api(simulator, "payment_intent_read", retrievePaymentIntent));
  routes.post("/payment_intents/:id", api(simulator, "payment_intent_write", updatePaymentIntent));
  routes.post("/payment_intents", api(simulator, "payment_intent_write", createPaymentIntent));
  routes.post("/payment_intents/:id/cancel", api(simulator, "payment_intent_write", cancelPaymentIntent));
  routes.post("/payment_intents/:id/confirm", api(simulator, "payment_intent_write", confirmPaymentIntent));
  routes.post("/payment_methods", api(simulator, "payment_method_write", createPaymentMethod));
  routes.get("/payment_methods/:id", api(simulator, "payment_method_read", retrievePaymentMethod));
  routes.get("/payment_pages/:session", api(simulator, "checkout_session_read", retrievePaymentPage));
  routes.post(
    "/payment_pages/:session/confirm",
    api(simulator, "checkout_session_write", confirmPaymentPage),
  );
  routes.get("/payouts", api(simulator, "payout_read", listPayouts));
  routes.get("/payouts/:id", api(simulator, "payout_read", retrievePayout));
  routes.get("/prices", api(simulator, "price_read", listPrices));
  routes.post("/prices", api(simulator, "price_write", createPrice));
  routes.get("/prices/:id", api(simulator, "price_read", retrievePrice));
  routes.get("/products", api(simulator, "product_read", listProducts));
  routes.post("/products", api(simulator, "product_write", createProduct));
  routes.get("/products/:id", api(simulator, "product_read", retrieveProduct));
  routes.post("/products/:id", api(simulator, "product_write", updateProduct));
  routes.get("/refunds", api(simulator, "charge_read", listRefunds));
  routes.post("/refunds", api(simulator, "charge_write", createRefund));
  routes.get("/refunds/:id", api(simulator, "charge_read", retrieveRefund));
  routes.post("/refunds/:id", api(simulator, "charge_write", updateRefund));
  routes.post("/refunds/:id/cancel", api(simulator, "charge_write", cancelRefund));
  routes.post("/stripecli/sessions", api(simulator, "stripecli_session_write", createCliSession));
  routes.get("/transfers", api(simulator, "transfer_read", listTransfers));
  routes.post("/transfers", api(simulator, "transfer_write", createTransfer));
  routes.get("/transfers/:id", api(simulator, "transfer_read", retrieveTransfer));
  routes.post("/transfers/:id", api(simulator, "transfer_write", updateTransfer));
  routes.get("/transfers/:id/reversals", api(simulator, "transfer_read", listReversals));
  routes.post("/transfers/:id/reversals", api(simulator, "transfer_write", createReversal));
  routes.get("/transfers/:id/reversals/:reversal", api(simulator, "transfer_read", retrieveReversal));
  routes.post("/transfers/:id/reversals/:reversal", api(simulator, "transfer_write", updateReversal));
  routes.get("/webhook_endpoints", api(simulator, "webhook_read", listWebhookEndpoints));
  routes.post("/webhook_endpoints", api(simulator, "webhook_write", createWebhookEndpoint));
  routes.get("/webhook_endpoints/:id", api(simulator, "webhook_read", retrieveWebhookEndpoint));
  routes.post("/webhook_endpoints/:id", api(simulator, "webhook_write", updateWebhookEndpoint));
  routes.delete("/webhook_endpoints/:id", api(simulator, "webhook_write", deleteWebhookEndpoint));
  routes.all("*", otherRoute(simulator));
  return routes;
}

/** Any other route, of any version of the API. */
export const otherRoute = (simulator: Simulator) => (c: Context) =>
  api(simulator, null, () => {
    const { method, path } = c.req;
    throw isStripes(method, path) ? notPlayed(method, path) : unrecognizedUrl(method, path);
  })(c);

/** The OAuth endpoints that take a key; the page is in pages/authorize.ts. */
export function oauthRoutes(simulator: Simulator): Hono {
  const routes = new Hono();
  routes.post("/token", oauth(simulator, exchangeCode));
  routes.post("/deauthorize", oauth(simulator, deauthorizeAccount));
  return routes;
}
