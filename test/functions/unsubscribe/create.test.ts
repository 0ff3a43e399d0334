import { beforeAll, expect, it } from "vitest";
import { handler as unsubscribe } from "../../../functions/unsubscribe/create.ts";
import { handler as show } from "../../../functions/unsubscribe/new.ts";
import { unsubscribeUrl } from "../../../lib/mails/unsubscribe.ts";
import { getMarketplace } from "../../../lib/marketplaces/get_marketplace.ts";
import { saveOrderNotifications } from "../../../lib/marketplaces/order_notifications.ts";
import { answerOf, aRequest } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";

const ADDRESS = "vendor@shop.example";
const OTHER = "distributor@shop.example";

let space: TestSpace;
beforeAll(async () => {
  space = await aSpace();
  await saveOrderNotifications(await seller(), { order_notifications: [ADDRESS, OTHER] }, "a test");
});

const placeOf = ({ room, marketplace }: TestSpace["first"]) => ({ space: space.space, room, marketplace });
const seller = async () => await getMarketplace(placeOf(space.first));
const hearing = async () => (await seller()).order_notifications;
const linkOf = async (address: string) => new URL(await unsubscribeUrl(placeOf(space.first), address));

/** What a mail program sends (RFC 8058), and a person's browser. */
const ONE_CLICK = {
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body: "List-Unsubscribe=One-Click",
};
const BROWSER = { headers: { accept: "text/html" } };

const ask = (method: "GET" | "POST", url: URL, more: object, path = placeOf(space.first)) =>
  aRequest({ method, path, query: Object.fromEntries(url.searchParams), ...more });

it("shows what would end, and ends nothing", async () => {
  const url = await linkOf(ADDRESS);
  for (const more of [{}, BROWSER])
    expect(await show(ask("GET", url, more))).toMatchObject({ statusCode: 200 });
  const { body = "" } = await show(ask("GET", url, BROWSER));
  expect(body).toContain(`${ADDRESS} gets a mail when an Order of First Vendor is paid`);
  expect(body.replaceAll("&amp;", "&")).toContain(`action="${url.pathname}${url.search}"`);
  expect(await hearing()).toEqual([ADDRESS, OTHER]);
});

it("is of one Marketplace and one address, and nobody else makes one", async () => {
  const url = await linkOf(ADDRESS);
  const token = url.searchParams.get("token") ?? "";
  const forged = new URL(url);
  forged.searchParams.set("token", Buffer.from(JSON.stringify({ address: OTHER })).toString("base64url"));
  const changed = new URL(url);
  changed.searchParams.set("token", `${token.slice(0, -6)}AAAAAA`);
  const without = new URL(url.pathname, url);
  for (const [wrong, path] of [
    [forged, placeOf(space.first)],
    [changed, placeOf(space.first)],
    [without, placeOf(space.first)],
    [url, placeOf(space.second)],
  ] as const)
    for (const answer of [
      show(ask("GET", wrong, {}, path)),
      unsubscribe(ask("POST", wrong, ONE_CLICK, path)),
    ])
      expect(answerOf(await answer)).toMatchObject({ status: 404, body: { error: { code: "not_found" } } });
  expect(await hearing()).toEqual([ADDRESS, OTHER]);
});

it("ends the mails to its address by one click, however often", async () => {
  const url = await linkOf(ADDRESS);
  for (const _click of ["first", "again"]) {
    expect(answerOf(await unsubscribe(ask("POST", url, ONE_CLICK)))).toEqual({
      status: 200,
      body: { subscribed: false },
    });
    expect(await hearing()).toEqual([OTHER]);
  }
  const page = await unsubscribe(ask("POST", await linkOf(OTHER), BROWSER));
  expect(page.body).toContain("You get no more mails about Orders of First Vendor.");
  expect(await hearing()).toEqual([]);
});
