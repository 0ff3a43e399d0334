import { KMSClient } from "@aws-sdk/client-kms";

/**
 * The one client of AWS KMS. Three tries of at most 1 s each: a secret is opened in milliseconds, and a delivery of
 * Stripe's, which has 4 s for all it asks for, may have to wait for one.
 */
export const kms = new KMSClient({
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 500, requestTimeout: 1_000, throwOnRequestTimeout: true },
});
