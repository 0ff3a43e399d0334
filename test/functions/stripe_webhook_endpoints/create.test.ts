import { expect, it } from "vitest";
import { handler as checkEndpoints } from "../../../functions/stripe_webhook_endpoints/create.ts";
import { handler as edit } from "../../../functions/utilities/edit.ts";
import { SPACE_ROW } from "../../../lib/dynamodb/keys.ts";
import { readWebhookSecrets } from "../../../lib/marketplaces/webhook_secrets.ts";
import { rotateEndpoints } from "../../../lib/stripe_webhook_endpoints/rotate_endpoints.ts";
import { post } from "../../support/deliveries.ts";
import { endpointsAtStripe } from "../../support/endpoints.ts";
import { anEvent, sign } from "../../support/events.ts";
import { aForm, aVisit } from "../../support/forms.ts";
import { member } from "../../support/people.ts";
import { aSpace } from "../../support/spaces.ts";

it("ends a rotation whose new endpoints have verified an event, which the page only tells of", async () => {
  const space = await aSpace();
  const path = { space: space.space, utility: space.utility };
  const dana = await member(space);
  await rotateEndpoints(space.space, "a test");
  const [, , ...fresh] = (await readWebhookSecrets(space.space, SPACE_ROW)) ?? [];
  const { body } = anEvent();
  for (const secret of fresh) await post({ space: space.space, body, signature: sign(body, secret) });
  expect((await edit(aVisit(dana, path))).body).toContain("has verified its first event");
  expect(await endpointsAtStripe(space)).toHaveLength(4);
  expect((await checkEndpoints(aForm(dana, path, {}))).statusCode).toBe(303);
  expect(await endpointsAtStripe(space)).toHaveLength(2);
  expect((await edit(aVisit(dana, path))).body).not.toContain("has verified its first event");
});
