import { Hono } from "hono";
import { controlRoutes } from "./control.ts";
import { authorizeRoutes } from "./pages/authorize.ts";
import { checkoutRoutes } from "./pages/checkout.ts";
import { dashboardRoutes } from "./pages/dashboard.ts";
import { onboardingRoutes } from "./pages/onboarding.ts";
import { apiRoutes, oauthRoutes } from "./routes.ts";
import type { World } from "./state/simulator.ts";

/** Everything that answers on the one origin. */
export function createApp(world: World): Hono {
  const app = new Hono();
  app.route("/v1", apiRoutes(world));
  app.route("/oauth", oauthRoutes(world));
  app.route("/oauth/authorize", authorizeRoutes(world));
  app.route("/setup/s", onboardingRoutes(world));
  app.route("/simulator", controlRoutes(world));
  app.route("/c/pay", checkoutRoutes(world));
  app.route("/", dashboardRoutes(world));
  return app;
}
