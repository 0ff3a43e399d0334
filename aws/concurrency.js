/**
 * What receiving and checkouts have for themselves of the executions that Lambda may run at once in the account: none of it is
 * anybody else's, and they take no more (release/concurrency.ts). Empty: they share with all.
 */
const { RESERVED_CONCURRENCY = "" } = process.env;

const reserved = { Properties: { ReservedConcurrentExecutions: Number(RESERVED_CONCURRENCY) } };

export const extensions = RESERVED_CONCURRENCY
  ? { ReceiveStripeEventLambdaFunction: reserved, CreateCheckoutLambdaFunction: reserved }
  : {};
