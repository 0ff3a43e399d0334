import { randomInt } from "node:crypto";

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

function random(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}

/** Prefixes and lengths are Stripe's; the rest of an id has no meaning. */
export const newId = {
  account: () => `acct_1${random(15)}`,
  accountLink: () => random(12),
  authorizationCode: () => `ac_${random(32)}`,
  balanceTransaction: () => `txn_3${random(23)}`,
  bankPayment: () => `py_3${random(23)}`,
  charge: () => `ch_3${random(23)}`,
  checkoutSession: (livemode: boolean) => `cs_${livemode ? "live" : "test"}_a1${random(56)}`,
  clientId: () => `ca_${random(32)}`,
  destinationPayment: () => `py_1${random(23)}`,
  destinationPaymentRefund: () => `pyr_1${random(23)}`,
  dispute: () => `du_1${random(23)}`,
  event: () => `evt_1${random(23)}`,
  lineItem: () => `li_1${random(23)}`,
  paymentIntent: () => `pi_3${random(23)}`,
  paymentMethod: () => `pm_1${random(23)}`,
  payout: () => `po_1${random(23)}`,
  price: () => `price_1${random(23)}`,
  product: () => `prod_${random(14)}`,
  publishableKey: (livemode: boolean) => `pk_${livemode ? "live" : "test"}_51${random(40)}`,
  refreshToken: () => `rt_${random(48)}`,
  refund: () => `re_3${random(23)}`,
  request: () => `req_${random(14)}`,
  secretKey: (livemode: boolean) => `sk_${livemode ? "live" : "test"}_51${random(40)}`,
  signingSecret: () => `whsec_${random(32)}`,
  transfer: () => `tr_1${random(23)}`,
  transferReversal: () => `trr_1${random(23)}`,
  webhookEndpoint: () => `we_1${random(23)}`,
  cliSession: () => `cliws_${random(24)}`,
};
