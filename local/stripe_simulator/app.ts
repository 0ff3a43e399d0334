import { Hono } from "hono";
import { controlRoutes } from "./control.ts";
import { authorizeRoutes } from "./pages/authorize.ts";
import { checkoutRoutes } from "./pages/checkout.ts";
import { dashboardRoutes } from "./pages/dashboard.ts";
import { onboardingRoutes } from "./pages/onboarding.ts";
import { apiRoutes, oauthRoutes, otherRoute } from "./routes.ts";
import type { Simulator } from "./state/simulator.ts";

/** Everything served from the one origin. */
export function createApp(simulator: Simulator): Hono {
  const app = new Hono();
  app.route("/v1", apiRoutes(simulator));
  app.all("/v2/*", otherRoute(simulator));
  app.route("/oauth", oauthRoutes(simulator));
  app.route("/oauth/authorize", authorizeRoutes(simulator));
  app.route("/setup/s", onboardingRoutes(simulator));
  app.route("/simulator", controlRoutes(simulator));
  app.route("/c/pay", checkoutRoutes(simulator));
  app.route("/", dashboardRoutes(simulator));
  return app;
}
