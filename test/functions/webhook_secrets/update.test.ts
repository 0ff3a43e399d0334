import { randomBytes } from "node:crypto";
import { beforeAll, expect, it } from "vitest";
import { handler as show } from "../../../functions/spaces/show.ts";
import { handler } from "../../../functions/webhook_secrets/update.ts";
import { mask } from "../../../lib/secrets/mask.ts";
import { post } from "../../support/deliveries.ts";
import { anEvent, sign } from "../../support/events.ts";
import { aForm } from "../../support/forms.ts";
import { member } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

const aSecret = () => `whsec_${randomBytes(16).toString("hex")}`;

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
});

const request = (body: unknown, headers: Record<string, string> = {}) =>
  aRequest({
    method: "POST",
    path: { space: space.space },
    headers: { ...bearer(space.apiKey), ...headers },
    body: JSON.stringify(body),
  });
const shown = async () => answerOf(await show(request({}))).body.added_webhook_secrets;

it("verifies from then on what is signed with it and sent to the Space's URL", async () => {
  const secret = aSecret();
  const deliver = async () => {
    const { body } = anEvent();
    return (await post({ space: space.space, body, signature: sign(body, secret) })).statusCode;
  };
  expect(await deliver()).toBe(400);
  const answer = await handler(request({ add_webhook_secret: secret }));
  expect(answerOf(answer)).toEqual({ status: 200, body: { added_webhook_secrets: [mask(secret)] } });
  expect(await shown()).toEqual([mask(secret)]);
  expect(await deliver()).toBe(200);
  const retired = await handler(request({ retire_webhook_secret: mask(secret) }));
  expect(answerOf(retired)).toEqual({ status: 200, body: { added_webhook_secrets: [] } });
});

it.each([
  [{}, /^body: must add a secret, or retire one$/],
  [{ add_webhook_secret: aSecret(), retire_webhook_secret: "whsec_…4242" }, /^body: must add a secret/],
  [{ add_webhook_secret: "sk_test_51MzqZ8EkXw4242" }, /^add_webhook_secret: This is a secret key/],
  [{ retire_webhook_secret: aSecret() }, /^retire_webhook_secret: must be a webhook secret as it is shown/],
  [{ stripe_webhook_endpoint_secret: [] }, /^stripe_webhook_endpoint_secret: is no field here$/],
])("refuses %j by its field, and changes nothing", async (body, message) => {
  const before = await shown();
  expect(answerOf(await handler(request(body)))).toEqual({
    status: 400,
    body: { error: { code: "invalid_field", message: expect.stringMatching(message) } },
  });
  expect(await shown()).toEqual(before);
});

it("shows the page again where what was pasted is no secret, without it", async () => {
  const pasted = `sk_test_${randomBytes(12).toString("hex")}`;
  const dana = await member(space);
  const answer = await handler(aForm(dana, { space: space.space }, { add_webhook_secret: pasted }));
  expect(answer.statusCode).toBe(400);
  expect(answer.body).toMatch(/id="add_webhook_secret-wrong"[^>]*>This is a secret key of Stripe/);
  expect(answer.body).not.toContain(pasted);
});
