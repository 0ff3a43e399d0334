import { expect, it } from "vitest";
import { changeCallback } from "../../../lib/callbacks/change_callback.ts";
import { after, now } from "../../../lib/clock.ts";
import { eraseBuyer } from "../../../lib/erasure/erase_buyer.ts";
import { exportSpace } from "../../../lib/export/export_space.ts";
import { addMember } from "../../../lib/members/change_members.ts";
import { addRepresentative } from "../../../lib/members/change_representatives.ts";
import { makeStatementLink } from "../../../lib/statements/statement_links.ts";
import { aCheckout, checkOut, placeOf } from "../../support/checkouts.ts";
import { deliver, storeMany } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { sharedOrderB } from "../../support/order_b.ts";
import { aSpace } from "../../support/spaces.ts";
import { utilityItem } from "../../support/utilities.ts";

type Line = { line: string } & Record<string, unknown>;

async function exported(space: string): Promise<{ text: string; lines: Line[] }> {
  const texts: string[] = [];
  for await (const text of exportSpace(space)) texts.push(text);
  return { text: texts.join("\n"), lines: texts.map((text) => JSON.parse(text)) };
}

it("has everything that is kept of a Space, and nothing of another, with the number of its lines at the end", async () => {
  const order = await sharedOrderB();
  const { space } = order;
  await addMember(space.space, { email: "dana@example.com" }, "a test");
  await addRepresentative(placeOf(space), "vera@example.com", "a test");
  await changeCallback({ space: space.space, name: "the Space" }, { url: "https://shop.example/" }, "a test");
  const { id, body } = anEvent({
    type: "charge.refunded",
    object: { id: "ch_1", client_secret: "pi_1a_secret_2b" },
  });
  await deliver(space, body);
  await storeMany(space, 120);
  const other = await aSpace();
  await checkOut(other);

  const { text, lines } = await exported(space.space);

  const of = (line: string) => lines.filter((each) => each.line === line);
  expect(lines[0]).toMatchObject({ line: "export", form: 1, space: space.space });
  expect(lines.at(-1)).toEqual({ line: "end", lines: lines.length });
  expect(of("space")).toMatchObject([{ space: space.space, name: "A Space" }]);
  expect(of("member")).toEqual([{ line: "member", email: "dana@example.com" }]);
  expect(of("representative")).toEqual([
    { line: "representative", marketplace: space.first.marketplace, email: "vera@example.com" },
  ]);
  expect(of("api_key")).toContainEqual({ line: "api_key", name: "Demo shop", scope: "sell" });
  expect(of("utility")).toMatchObject([
    { utility: space.utility, stripe_platform_account: space.stripeAccount },
  ]);
  expect(of("marketplace")).toHaveLength(2);
  expect(of("callback")).toMatchObject([{ url: "https://shop.example/" }]);
  expect(of("callback_secret")).toMatchObject([{ callback_secret_masked: expect.stringContaining("…") }]);
  expect(of("audit").map(({ what }) => what)).toContain("invited dana@example.com as a member");
  expect(of("order")).toMatchObject([
    { id: order.order.id, status: "paid", amount_total: 1_890, money: { sent: 1_215 } },
  ]);
  expect(
    of("timeline")
      .filter((entry) => entry.order === order.order.id)
      .map(({ entry }) => entry),
  ).toContain("paid");
  expect(of("movement")).toMatchObject([
    { order: order.order.id, kind: "transfer", amount: 1_215, state: "done" },
  ]);
  expect(
    of("fact")
      .map(({ kind }) => kind)
      .sort(),
  ).toEqual(["charge", "transfer"]);
  const events = of("event");
  expect(events).toHaveLength(121);
  expect(events.find((event) => event.id === id)).toMatchObject({
    type: "charge.refunded",
    runs: [{ first: true }],
    payload: { id, data: { object: { id: "ch_1", client_secret: "(a secret)" } } },
  });
  expect(text).not.toContain(other.space);
});

it("has no secret in it", async () => {
  const space = await aSpace();
  const { first, second, apiKey, sellKey, stripeSecretKey } = space;
  await changeCallback({ space: space.space, name: "the Space" }, { url: "https://shop.example/" }, "a test");
  const link = await makeStatementLink({ space: space.space, month: "2026-10" }, "a test");
  const pasted = JSON.stringify(
    JSON.parse(anEvent({ object: { id: "ch_1", description: stripeSecretKey } }).body),
    undefined,
    2,
  );
  await deliver(space, pasted);
  const { text, lines } = await exported(space.space);
  const { api_token, buyer_secret } = await utilityItem(space);
  for (const secret of [
    apiKey,
    sellKey,
    stripeSecretKey,
    first.webhookSecret,
    second.webhookSecret,
    link,
    api_token,
    buyer_secret,
  ])
    expect(text).not.toContain(String(secret));
  // Nothing sealed, by whichever key: a JWE, or what KMS made.
  expect(text).not.toMatch(/eyJ[\w-]+\.|kms:/);
  expect(lines.find(({ line }) => line === "event")).toMatchObject({
    payload: { data: { object: { description: "(a secret)" } } },
  });
});

it("has a payload whole, be it nested deeper than it could be written anew", async () => {
  const space = await aSpace();
  const levels = 20_000;
  const { id, body } = anEvent({ object: { id: "ch_1", note: "DEEP" } });
  await deliver(space, body.replace('"DEEP"', `${"[".repeat(levels)}"deep\\nest"${"]".repeat(levels)}`));
  const { text, lines } = await exported(space.space);
  expect(lines.find(({ line }) => line === "event")).toMatchObject({ id, payload: { id } });
  expect(text).toContain(`${"[".repeat(levels)}"deep\\nest"]`);
});

it("has of an erased buyer that they were, and not who they were", async () => {
  const space = await aSpace();
  await checkOut(space, { body: aCheckout({ customer_email: "jo@example.com" }) });
  await eraseBuyer(space.space, "jo@example.com", "a test", after(now(), 10_000));
  const { text, lines } = await exported(space.space);
  expect(text).not.toContain("jo@example.com");
  expect(lines.filter(({ line }) => line === "erased_buyer")).toMatchObject([
    { erased_at: expect.any(String) },
  ]);
  expect(lines.filter(({ line }) => line === "order")).toMatchObject([
    { buyer_erased_at: expect.any(String) },
  ]);
});
