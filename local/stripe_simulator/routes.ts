import { Hono } from "hono";
import { retrieveAccount } from "./accounts.ts";
import {
  createCheckoutSession,
  expireCheckoutSession,
  listCheckoutSessions,
  listLineItems,
  retrieveCheckoutSession,
} from "./checkout_sessions.ts";
import { createCliSession } from "./cli_socket.ts";
import { unknownUrl } from "./errors.ts";
import { listEvents, retrieveEvent } from "./events.ts";
import {
  listCharges,
  listPaymentIntents,
  retrieveBalanceTransaction,
  retrieveCharge,
  retrievePaymentIntent,
} from "./payment_reads.ts";
import { api } from "./request.ts";
import {
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  listWebhookEndpoints,
  retrieveWebhookEndpoint,
  updateWebhookEndpoint,
} from "./webhook_endpoints.ts";
import type { World } from "./world.ts";

/** Stripe's REST API: what is not here does not exist. */
export function apiRoutes(world: World): Hono {
  const routes = new Hono();
  routes.get("/account", api(world, retrieveAccount));
  routes.get("/accounts/:id", api(world, retrieveAccount));
  routes.get("/balance_transactions/:id", api(world, retrieveBalanceTransaction));
  routes.get("/charges", api(world, listCharges));
  routes.get("/charges/:id", api(world, retrieveCharge));
  routes.get("/checkout/sessions", api(world, listCheckoutSessions));
  routes.post("/checkout/sessions", api(world, createCheckoutSession));
  routes.get("/checkout/sessions/:id", api(world, retrieveCheckoutSession));
  routes.post("/checkout/sessions/:id/expire", api(world, expireCheckoutSession));
  routes.get("/checkout/sessions/:id/line_items", api(world, listLineItems));
  routes.get("/events", api(world, listEvents));
  routes.get("/events/:id", api(world, retrieveEvent));
  routes.get("/payment_intents", api(world, listPaymentIntents));
  routes.get("/payment_intents/:id", api(world, retrievePaymentIntent));
  routes.post("/stripecli/sessions", api(world, createCliSession));
  routes.get("/webhook_endpoints", api(world, listWebhookEndpoints));
  routes.post("/webhook_endpoints", api(world, createWebhookEndpoint));
  routes.get("/webhook_endpoints/:id", api(world, retrieveWebhookEndpoint));
  routes.post("/webhook_endpoints/:id", api(world, updateWebhookEndpoint));
  routes.delete("/webhook_endpoints/:id", api(world, deleteWebhookEndpoint));
  routes.all("*", (c) =>
    api(world, () => {
      throw unknownUrl(c.req.method, c.req.path);
    })(c),
  );
  return routes;
}
