import { beforeEach, describe, expect, it } from "vitest";
import { handler as show } from "../../../functions/callbacks/show.ts";
import { handler as update } from "../../../functions/callbacks/update.ts";
import { handler as showSpace } from "../../../functions/spaces/show.ts";
import { findCallback } from "../../../lib/callbacks/callback.ts";
import { configuration } from "../../../lib/configuration.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import { mask } from "../../../lib/secrets/mask.ts";
import { marketplaceOwner, spaceOwner } from "../../support/callbacks.ts";
import { placeOf } from "../../support/checkouts.ts";
import { aForm, aVisit } from "../../support/forms.ts";
import { editMarketplace } from "../../support/marketplace_pages.ts";
import { ownTables } from "../../support/own_tables.ts";
import { member, type Person, representative, sentBack } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { tableRows } from "../../support/table_rows.ts";

await ownTables();

const URL_OF_SHOP = "https://shop.example/callbacks?token=4242";

let space: TestSpace;
let dana: Person;
let path: Record<string, string>;
beforeEach(async () => {
  space = await aSpace();
  dana = await member(space);
  path = placeOf(space);
});

/** As a program in Dana's session does. */
const send = async (body: unknown) =>
  answerOf(
    await update({
      ...aRequest({
        method: "POST",
        path,
        headers: { origin: new URL(configuration.baseUrl).origin, "x-csrf-token": dana.csrf },
        body: JSON.stringify(body),
      }),
      cookies: dana.cookies,
    }),
  );
const shown = async () => answerOf(await show(aRequest({ path, headers: bearer(space.apiKey) }))).body;
const NONE = { url: null, switched_off_at: null, failing_since: null, callback_secrets: [] };

it("is set up with its first secret, which is shown this once, sealed for its place, and audited", async () => {
  expect(await shown()).toEqual({ ...NONE, deliveries: { data: [], next: null } });
  const { status, body } = await send({ url: ` ${URL_OF_SHOP} ` });
  expect(status).toBe(200);
  const secret = body.callback_secret;
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{40}$/);
  const { callback_secret: _, ...rest } = body;
  expect(rest).toEqual(await shown());
  expect(rest).toMatchObject({
    url: URL_OF_SHOP,
    callback_secrets: [{ secret: mask(secret), made_at: expect.any(String) }],
  });
  expect(JSON.stringify(await tableRows())).not.toContain(secret);
  const { audit } = await readSpace(space.space);
  // A path and a query may be as good as a password.
  expect(audit[0]).toMatchObject({
    actor: dana.email,
    what: "set the callback of First Vendor to shop.example",
  });
});

it("shows people a new secret on the next page, and then no more", async () => {
  const saved = await update(aForm(dana, path, { url: URL_OF_SHOP }));
  expect(saved.statusCode).toBe(303);
  const cookies = saved.cookies?.map(sentBack) ?? [];
  const { body = "" } = await show(aVisit(dana, path, cookies));
  const [secret = ""] = /whsec_[A-Za-z0-9+/]{40}/.exec(body) ?? [];
  expect(body).toContain("The new callback secret");
  const { body: later = "" } = await show(aVisit(dana, path));
  expect(later).toContain(mask(secret));
  expect(later).not.toContain(secret);
  // Stripe's are called so, too, and are something else.
  expect(later).toContain("and are not Stripe's");
});

it("is of the Space where the path names no Marketplace, and the two know nothing of each other", async () => {
  await send({ url: URL_OF_SHOP });
  path = { space: space.space };
  expect(await shown()).toMatchObject(NONE);
  await send({ url: "https://distributor.example/" });
  expect((await findCallback(spaceOwner(space)))?.callback.url).toBe("https://distributor.example/");
  expect((await findCallback(marketplaceOwner(space)))?.callback.url).toBe(URL_OF_SHOP);
});

it("keeps its secrets where its URL changes, and nothing where it is removed", async () => {
  await send({ url: URL_OF_SHOP });
  const { callback_secrets } = await shown();
  expect((await send({ url: "https://moved.example/" })).body).toMatchObject({
    url: "https://moved.example/",
    callback_secret: null,
    callback_secrets,
  });
  await send({ add_callback_secret: true });
  expect((await send({ remove: true })).body).toMatchObject(NONE);
  expect(await findCallback(marketplaceOwner(space))).toBeUndefined();
  const { body } = await send({ url: URL_OF_SHOP });
  expect(body.callback_secrets).toHaveLength(1);
});

describe("secrets", () => {
  it("are two at most, and never none", async () => {
    const first = mask((await send({ url: URL_OF_SHOP })).body.callback_secret);
    expect(await send({ retire_callback_secret: first })).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringMatching(/^retire_callback_secret: is the last one/) } },
    });
    const second = mask((await send({ add_callback_secret: true })).body.callback_secret);
    expect(await send({ add_callback_secret: true })).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringMatching(/^add_callback_secret: must be one of at most two/) } },
    });
    const secretsOf = (body: { callback_secrets: { secret: string }[] }) =>
      body.callback_secrets.map(({ secret }) => secret);
    expect(secretsOf(await shown())).toEqual([first, second]);
    expect(secretsOf((await send({ retire_callback_secret: first })).body)).toEqual([second]);
    const third = mask((await send({ add_callback_secret: true })).body.callback_secret);
    expect(secretsOf(await shown())).toEqual([second, third]);
  });

  it("of two people who retire one each at the same moment, one stays", async () => {
    const first = mask((await send({ url: URL_OF_SHOP })).body.callback_secret);
    const second = mask((await send({ add_callback_secret: true })).body.callback_secret);
    const answers = await Promise.all(
      [first, second].map((secret) => send({ retire_callback_secret: secret })),
    );
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
    expect((await shown()).callback_secrets).toHaveLength(1);
  });

  it("added by two people at the same moment are two in all", async () => {
    await send({ url: URL_OF_SHOP });
    await Promise.all([1, 2].map(() => send({ add_callback_secret: true })));
    expect((await shown()).callback_secrets).toHaveLength(2);
  });
});

it.each([
  [{}, 400, /^body: must be one of `url`/],
  [{ url: URL_OF_SHOP, remove: true }, 400, /^body: must be one of/],
  [{ url: "http://shop.example/" }, 400, /^url: must begin with `https/],
  [{ url: "https://169.254.169.254/" }, 400, /^url: must name a host/],
  [{ url: 7 }, 400, /^url: must be a text/],
  [{ add_callback_secret: "no" }, 400, /^add_callback_secret: must be `true`/],
  [
    { retire_callback_secret: "whsec_4242" },
    400,
    /^retire_callback_secret: must be a webhook secret as it is shown/,
  ],
  [{ webhook_secret: "whsec_4242" }, 400, /^webhook_secret: is no field here/],
  [{ add_callback_secret: true }, 404, /nothing here/],
  [{ remove: true }, 404, /nothing here/],
])("refuses %j where there is no callback yet, and changes nothing", async (body, status, message) => {
  const before = await tableRows();
  expect(await send(body)).toMatchObject({
    status,
    body: { error: { message: expect.stringMatching(message) } },
  });
  expect(await tableRows()).toEqual(before);
});

it("shows the form again with what is wrong with it", async () => {
  const { statusCode, body } = await update(aForm(dana, path, { url: "http://shop.example/" }));
  expect(statusCode).toBe(400);
  expect(body).toContain('value="http://shop.example/"');
  expect(body).toContain("URL must begin with <code>https://</code>");
});

it("is for members: a representative sees nothing of it, on no page", async () => {
  await send({ url: URL_OF_SHOP });
  const vera = await representative(space);
  expect((await show(aVisit(vera, path))).statusCode).toBe(404);
  expect((await update(aForm(vera, path, { remove: "true" }))).statusCode).toBe(404);
  expect((await editMarketplace(aVisit(vera, path))).body).not.toMatch(/callback|shop\.example/i);
  expect((await editMarketplace(aVisit(dana, path))).body).toContain("shop.example");
  expect(
    (await showSpace(aVisit(dana, { space: space.space }, [], "GET /spaces/{space}/edit"))).body,
  ).toContain("set up a callback");
});
