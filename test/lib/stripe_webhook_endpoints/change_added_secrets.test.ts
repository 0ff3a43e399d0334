import { randomBytes } from "node:crypto";
import { beforeEach, expect, it } from "vitest";
import { SPACE_ROW } from "../../../lib/dynamodb/keys.ts";
import { withLock } from "../../../lib/dynamodb/lock.ts";
import { readWebhookSecrets } from "../../../lib/marketplaces/webhook_secrets.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { mask } from "../../../lib/secrets/mask.ts";
import { changeAddedSecrets } from "../../../lib/stripe_webhook_endpoints/change_added_secrets.ts";
import { ENDPOINTS_LOCK } from "../../../lib/stripe_webhook_endpoints/endpoints_state.ts";
import { ensureEndpoints } from "../../../lib/stripe_webhook_endpoints/ensure_endpoints.ts";
import { findRegistered } from "../../../lib/stripe_webhook_endpoints/registered_endpoints.ts";
import { rotateEndpoints } from "../../../lib/stripe_webhook_endpoints/rotate_endpoints.ts";
import { withoutEndpoints } from "../../support/endpoints.ts";
import { aNewSpace, aSpace, type TestSpace } from "../../support/spaces.ts";

const ACTOR = "dana@convene.example";
const aSecret = () => `whsec_${randomBytes(16).toString("hex")}`;

let space: TestSpace;
beforeEach(async () => {
  space = await aSpace();
});

const secrets = () => readWebhookSecrets(space.space, SPACE_ROW);
const add = (secret: string) => changeAddedSecrets(space.space, { add_webhook_secret: secret }, ACTOR);
const retire = (secret: string) => changeAddedSecrets(space.space, { retire_webhook_secret: secret }, ACTOR);

it("adds a secret beside the endpoints' own, and retires it, and shows it masked alone", async () => {
  const own = await secrets();
  const [one, another] = [aSecret(), aSecret()];
  expect(await add(one)).toEqual([mask(one)]);
  expect(await add(another)).toEqual([mask(one), mask(another)]);
  expect(await add(one)).toEqual([mask(one), mask(another)]);
  expect(await secrets()).toEqual([...(own ?? []), one, another]);
  expect(await retire(mask(one))).toEqual([mask(another)]);
  expect(await secrets()).toEqual([...(own ?? []), another]);
  const whole = await readSpace(space.space);
  expect(whole.space.added_webhook_secret_masked).toEqual([mask(another)]);
  expect(whole.audit[0]).toMatchObject({
    actor: ACTOR,
    what: `set the webhook secrets that people added to ${mask(another)}`,
  });
  expect(JSON.stringify(whole)).not.toContain(another.slice(6, -4));
});

it("takes one where no endpoint is registered yet", async () => {
  const { space: name } = await aNewSpace();
  const secret = aSecret();
  await changeAddedSecrets(name, { add_webhook_secret: secret }, ACTOR);
  expect(await readWebhookSecrets(name, SPACE_ROW)).toEqual([secret]);
});

it("keeps them while endpoints are registered, rotated and removed", async () => {
  const secret = aSecret();
  await withoutEndpoints(space);
  await add(secret);
  await ensureEndpoints(space.space);
  await rotateEndpoints(space.space, ACTOR);
  const { endpoints } = await findRegistered(space.space);
  const now = (await secrets()) ?? [];
  expect(now.map(mask)).toEqual([...endpoints.map((endpoint) => endpoint.secret), mask(secret)]);
  await withoutEndpoints(space);
  expect(await secrets()).toEqual([secret]);
});

it("takes five at most", async () => {
  for (let n = 0; n < 5; n++) await add(aSecret());
  await expect(add(aSecret())).rejects.toMatchObject({
    fields: { add_webhook_secret: "must be one of at most 5; retire one first" },
  });
});

it("waits for whoever changes the endpoints at that moment", async () => {
  await withLock(space.space, ENDPOINTS_LOCK, async () => {
    await expect(add(aSecret())).rejects.toMatchObject({ code: "under_way" });
  });
});
