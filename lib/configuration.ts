import { isEmail, isHostOrWildcard } from "./ids.ts";

/**
 * What the surroundings tell the functions; the only reader of `process.env` in what is deployed.
 * A value is read when it is asked for, so that a function needs only the variables it uses.
 * Where AWS is (`AWS_REGION`, `AWS_ENDPOINT_URL_DYNAMODB` and the like) the AWS SDK reads for itself.
 */
export const configuration = {
  get settingsTable(): string {
    return required("SETTINGS_TABLE");
  },
  get eventsTable(): string {
    return required("EVENTS_TABLE");
  },
  get ordersTable(): string {
    return required("ORDERS_TABLE");
  },
  /** Which installation this is, `prod` say; metrics tell stages apart by it. */
  get stage(): string {
    return process.env.STAGE || "local";
  },
  /** Where people and Stripe reach this service, without a slash at the end. */
  get baseUrl(): string {
    return required("BASE_URL").replace(/\/+$/, "");
  },
  /** Where the API itself answers, by whatever name people reach it, without a slash at the end. */
  get apiUrl(): string {
    return required("API_URL").replace(/\/+$/, "");
  },
  /** The ARN of the KMS key that seals secrets; undefined means that the local key does. */
  get sealingKmsKey(): string | undefined {
    return process.env.SEALING_KMS_KEY || undefined;
  },
  /** The key that seals secrets locally: 32 bytes, base64url. */
  get sealingKey(): string {
    return required("SEALING_KEY");
  },
  /** Where people sign in: an OpenID Connect issuer, and the id we have there as a public client. */
  get oidcIssuer(): URL {
    return new URL(required("OIDC_ISSUER"));
  },
  get oidcClientId(): string {
    return required("OIDC_CLIENT_ID");
  },
  /** The Cognito user pool where people are invited; undefined where another issuer knows them. */
  get userPoolId(): string | undefined {
    return process.env.USER_POOL_ID || undefined;
  },
  /** The keys of the session cookie, each 32 bytes, base64url; undefined means that they are in the settings. */
  get sessionKeys(): string[] | undefined {
    return process.env.SESSION_KEYS ? process.env.SESSION_KEYS.split(",") : undefined;
  },
  /** Who manages all Spaces: email addresses in lower case. What is none is nobody's. */
  get operatorEmails(): string[] {
    return (process.env.OPERATOR_EMAILS ?? "")
      .split(/[\s,]+/)
      .filter(isEmail)
      .map((email) => email.toLowerCase());
  },
  /** The hosts and wildcards of hosts, in lower case, that can be Spaces' branded domains: those that come to us, besides our own. */
  get brandedDomains(): string[] {
    return (process.env.BRANDED_DOMAINS ?? "")
      .split(/[\s,]+/)
      .filter(isHostOrWildcard)
      .map((host) => host.toLowerCase());
  },
  /** The address that mails come from; undefined means that none are written. */
  get mailFrom(): string | undefined {
    return process.env.MAIL_FROM || undefined;
  },
  /** For how many days an event is kept once it is finished. Stripe lists events for 30, and what it lists is put in again. */
  get eventRetentionDays(): number {
    return Math.max(LEAST_RETENTION_DAYS, Number(process.env.EVENT_RETENTION_DAYS) || 0);
  },
  /** The mail server, `smtp://…`; undefined means Amazon SES. */
  get smtpUrl(): string | undefined {
    return process.env.SMTP_URL || undefined;
  },
  /** The simulator's origin; undefined means Stripe itself. */
  get stripeApiBase(): URL | undefined {
    const base = process.env.STRIPE_API_BASE;
    return base ? new URL(base) : undefined;
  },
};

const LEAST_RETENTION_DAYS = 45;

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`the environment lacks ${name}`);
  return value;
}
