/** What a card does, as Stripe's test cards (https://docs.stripe.com/testing#cards). */
export interface TestCard {
  brand: string;
  last4: string;
  declined?: { code: string; decline_code?: string; message: string };
  /** Its funds are available at once, and its fee is known at once. */
  bypassesPending?: true;
  dispute?: { reason: string; inquiry: boolean };
}

const card = (brand: string, last4: string, more: Partial<TestCard> = {}): TestCard => ({
  brand,
  last4,
  ...more,
});

const refused = (last4: string, decline_code: string, message = "Your card was declined.") =>
  card("visa", last4, { declined: { code: "card_declined", decline_code, message } });

const disputed = (last4: string, reason: string, inquiry = false) =>
  card("visa", last4, { dispute: { reason, inquiry } });

/** By the name that follows `pm_card_` or `tok_`. */
const CARDS: Record<string, TestCard> = {
  amex: card("amex", "8431"),
  bypassPending: card("visa", "0077", { bypassesPending: true }),
  chargeCustomerFail: refused("0341", "generic_decline"),
  chargeDeclined: refused("0002", "generic_decline"),
  chargeDeclinedExpiredCard: card("visa", "0069", {
    declined: { code: "expired_card", message: "Your card has expired." },
  }),
  chargeDeclinedIncorrectCvc: card("visa", "0127", {
    declined: { code: "incorrect_cvc", message: "Your card's security code is incorrect." },
  }),
  chargeDeclinedInsufficientFunds: refused("9995", "insufficient_funds", "Your card has insufficient funds."),
  chargeDeclinedProcessingError: card("visa", "0119", {
    declined: {
      code: "processing_error",
      message: "An error occurred while processing your card. Try again in a little bit.",
    },
  }),
  createDispute: disputed("0259", "fraudulent"),
  createDisputeInquiry: disputed("1976", "fraudulent", true),
  createDisputeProductNotReceived: disputed("2685", "product_not_received"),
  mastercard: card("mastercard", "4444"),
  us: card("visa", "4242"),
  visa: card("visa", "4242"),
  visa_chargeDeclined: refused("0002", "generic_decline"),
  visa_debit: card("visa", "5556"),
};

export const VISA: TestCard = card("visa", "4242");

/** @param name `pm_card_visa` or `tok_visa` */
export const testCard = (name: string): TestCard | undefined =>
  Object.hasOwn(CARDS, name.replace(/^(pm_card|tok)_/, "")) && /^(pm_card|tok)_/.test(name)
    ? CARDS[name.replace(/^(pm_card|tok)_/, "")]
    : undefined;
