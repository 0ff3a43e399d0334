import { HttpError } from "../errors.ts";
import type { Step } from "../http/request.ts";
import { log } from "../log.ts";

/**
 * Has CloudWatch count what shops were answered. Failed has what is ours to mend, or Stripe's; what a shop asked wrongly,
 * and what a member of its Space has to mend (a key that Stripe refuses), is neither.
 */
export const countCheckouts: Step = {
  after: () => log.info("a checkout was answered", {}, { CheckoutsAnswered: 1 }),
  onError: ({ error }) => {
    if (!(error instanceof HttpError) || error.status >= 500)
      log.error("a checkout failed", {}, { CheckoutsFailed: 1 });
  },
};
