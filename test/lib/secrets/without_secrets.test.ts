import * as v from "valibot";
import { expect, it } from "vitest";
import { makeApiKey } from "../../../lib/api_keys/api_key.ts";
import { withoutSecrets, withSecretsMasked } from "../../../lib/secrets/without_secrets.ts";
import { Name } from "../../../lib/spaces/space.ts";

it.each([
  "sk_test_4242",
  "rk_live_4242",
  "sk_org_live_4242",
  "rkcs_test_4242",
  " whsec_4242",
  "key: sk_live_4242",
  makeApiKey("demo"),
])("leaves out %j", (secret) => {
  expect(withoutSecrets({ name: secret, room: "store" })).toEqual({ name: "", room: "store" });
});

it.each(["", "Stripe", "sk_test_…4242", "whsec_…4242", "pk_test_4242", "ca_4242", "dana@convene.example"])(
  "keeps %j, which opens nothing",
  (value) => {
    expect(withoutSecrets({ name: value })).toEqual({ name: value });
  },
);

it.each(["sk_test_51MzqZ8EkXw4242", "my key rk_live_51MzqZ8EkXw4242", "whsec_5f2a9c0b7d3e4242"])(
  "takes no name that holds a secret: %s",
  (name) => {
    expect(v.is(Name, name)).toBe(false);
    expect(v.is(Name, "The sk_test_ account")).toBe(true);
  },
);

it.each([
  "sk_test_51MzqZ8EkXw4242",
  "rk_live_51MzqZ8EkXw4242",
  "whsec_5f2a9c0b7d3e4242",
  "pi_3PqT2e_secret_9Xk2",
  "cs_test_a1B2_secret_9Xk2",
  makeApiKey("demo"),
])("masks %s wherever it stands in a text", (secret) => {
  expect(withSecretsMasked(`{"a":"${secret}","b":"sk_test_…4242 pi_3PqT2e"}`)).toBe(
    '{"a":"(a secret)","b":"sk_test_…4242 pi_3PqT2e"}',
  );
});
