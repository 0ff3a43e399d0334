/** What a test without tables starts from. */
import { setEnvironment } from "./environment.ts";

setEnvironment({
  // Nobody is there: what asks Stripe has a Stripe of its own.
  STRIPE_API_BASE: "http://127.0.0.1:9",
});
