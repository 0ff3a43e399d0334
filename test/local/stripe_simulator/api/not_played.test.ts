import { expect, it } from "vitest";
import { newPlatform, simulatorForTests } from "../support.ts";

const url = await simulatorForTests();
const { raw } = await newPlatform(url);

it.each([
  ["POST", "/v1/payouts"],
  ["GET", "/v1/customers/cus_x"],
  ["POST", "/v1/charges"],
  ["POST", "/v1/payment_intents/pi_x/capture"],
  ["GET", "/v2/core/accounts"],
])("says that it does not play %s %s", async (method, path) => {
  expect(await raw(method, path)).toMatchObject({
    status: 404,
    body: {
      error: {
        type: "invalid_request_error",
        message: `This simulator does not play ${method} ${path}.`,
      },
    },
  });
});

it("knows no more routes than Stripe does", async () => {
  expect(await raw("GET", "/v1/payments")).toMatchObject({
    status: 404,
    body: { error: { message: expect.stringContaining("Unrecognized request URL (GET: /v1/payments)") } },
  });
});

it.each([
  ["/v1/payment_intents", "application_fee_amount"],
  ["/v1/checkout/sessions", "payment_intent_data[transfer_data]"],
  ["/v1/prices", "recurring"],
])("says that it does not play a parameter of %s: %s", async (path, name) => {
  expect(await raw("POST", path, `${name}=1`)).toMatchObject({
    status: 400,
    body: {
      error: {
        code: "parameter_unknown",
        param: name,
        message: `This simulator does not play the parameter ${name}.`,
      },
    },
  });
});
