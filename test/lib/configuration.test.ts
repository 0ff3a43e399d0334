import { afterEach, describe, expect, it, vi } from "vitest";
import { configuration } from "../../lib/configuration.ts";

afterEach(() => vi.unstubAllEnvs());

describe("configuration", () => {
  it.each([
    ["settingsTable", "SETTINGS_TABLE"],
    ["eventsTable", "EVENTS_TABLE"],
    ["ordersTable", "ORDERS_TABLE"],
    ["baseUrl", "BASE_URL"],
    ["apiUrl", "API_URL"],
    ["sealingKey", "SEALING_KEY"],
    ["oidcClientId", "OIDC_CLIENT_ID"],
  ] as const)("reads %s from %s, each time it is asked for", (field, variable) => {
    for (const value of ["one", "another"]) {
      vi.stubEnv(variable, value);
      expect(configuration[field]).toBe(value);
    }
  });

  it.each([
    ["settingsTable", "SETTINGS_TABLE", undefined],
    ["eventsTable", "EVENTS_TABLE", undefined],
    ["ordersTable", "ORDERS_TABLE", undefined],
    ["baseUrl", "BASE_URL", undefined],
    ["apiUrl", "API_URL", undefined],
    ["sealingKey", "SEALING_KEY", undefined],
    ["sealingKey", "SEALING_KEY", ""],
    ["oidcIssuer", "OIDC_ISSUER", ""],
    ["oidcClientId", "OIDC_CLIENT_ID", ""],
  ] as const)("names what is missing where %s has no %s (%j)", (field, variable, value) => {
    vi.stubEnv(variable, value);
    expect(() => configuration[field]).toThrow(`the environment lacks ${variable}`);
  });

  it.each([
    [undefined, 45],
    ["", 45],
    ["44", 45],
    ["a year", 45],
    ["45", 45],
    ["400", 400],
  ])("keeps events for at least 45 days, whatever EVENT_RETENTION_DAYS says: %j is %i", (value, days) => {
    vi.stubEnv("EVENT_RETENTION_DAYS", value);
    expect(configuration.eventRetentionDays).toBe(days);
  });

  it.each(["https://convene.example", "https://convene.example/", "https://convene.example//"])(
    "takes the slash from the end of %s",
    (url) => {
      vi.stubEnv("BASE_URL", url);
      vi.stubEnv("API_URL", url);
      expect(configuration.baseUrl).toBe("https://convene.example");
      expect(configuration.apiUrl).toBe("https://convene.example");
    },
  );

  it("knows the issuer, and the session's keys, the first first", () => {
    vi.stubEnv("OIDC_ISSUER", "https://issuer.example/pool/1");
    expect(configuration.oidcIssuer.href).toBe("https://issuer.example/pool/1");
    vi.stubEnv("SESSION_KEYS", "new,old");
    expect(configuration.sessionKeys).toEqual(["new", "old"]);
  });

  it.each([undefined, ""])("leaves the session's keys to the settings where SESSION_KEYS is %j", (value) => {
    vi.stubEnv("SESSION_KEYS", value);
    expect(configuration.sessionKeys).toBeUndefined();
  });

  it.each([
    [undefined, []],
    ["", []],
    [" ", []],
    ["Olivia@Example.com", ["olivia@example.com"]],
    ["a@example.com, b@example.com\nc@example.com,", ["a@example.com", "b@example.com", "c@example.com"]],
    ["\u212aate@example.com olivia", []], // the lower case of its first letter is k
  ])("knows from %j the operators, and nobody is one unless named", (value, emails) => {
    vi.stubEnv("OPERATOR_EMAILS", value);
    expect(configuration.operatorEmails).toEqual(emails);
  });

  it.each([
    [undefined, []],
    ["", []],
    ["Shop.Example.com, store.example.org", ["shop.example.com", "store.example.org"]],
    ["*.Shops.example.com, *.com", ["*.shops.example.com"]],
    ["localhost \u212aate.example", []],
  ])("knows from %j the hosts that can be branded domains", (value, hosts) => {
    vi.stubEnv("BRANDED_DOMAINS", value);
    expect(configuration.brandedDomains).toEqual(hosts);
  });

  it("knows the KMS key that seals, where there is one", () => {
    vi.stubEnv("SEALING_KMS_KEY", "arn:aws:kms:eu-central-1:111122223333:key/1");
    expect(configuration.sealingKmsKey).toBe("arn:aws:kms:eu-central-1:111122223333:key/1");
    for (const none of [undefined, ""]) {
      vi.stubEnv("SEALING_KMS_KEY", none);
      expect(configuration.sealingKmsKey).toBeUndefined();
    }
  });

  it("knows the user pool, where there is one", () => {
    vi.stubEnv("USER_POOL_ID", "eu-central-1_Abc123");
    expect(configuration.userPoolId).toBe("eu-central-1_Abc123");
    for (const none of [undefined, ""]) {
      vi.stubEnv("USER_POOL_ID", none);
      expect(configuration.userPoolId).toBeUndefined();
    }
  });

  it("knows the simulator's origin where there is one", () => {
    vi.stubEnv("STRIPE_API_BASE", "http://127.0.0.1:12111");
    expect(configuration.stripeApiBase?.port).toBe("12111");
  });

  it.each([undefined, ""])("means Stripe itself where STRIPE_API_BASE is %j", (value) => {
    vi.stubEnv("STRIPE_API_BASE", value);
    expect(configuration.stripeApiBase).toBeUndefined();
  });
});
