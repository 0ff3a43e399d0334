import { randomUUID } from "node:crypto";
import { ulid } from "ulid";
import { beforeAll, describe, expect, it } from "vitest";
import { handler } from "../../../functions/stripe_events/show.ts";
import { orderNumber } from "../../../lib/orders/order_number.ts";
import { SCRIPT } from "../../../lib/pages/script.ts";
import { processEvent } from "../../../lib/stripe_events/process_event.ts";
import { placeOf } from "../../support/checkouts.ts";
import { deliver } from "../../support/deliveries.ts";
import { anEvent } from "../../support/events.ts";
import { aVisit } from "../../support/forms.ts";
import { anOrder, weather } from "../../support/orders.ts";
import { member, representative } from "../../support/people.ts";
import { answerOf, aRequest, bearer } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { aFailingEvent, makeDue, storedEvent } from "../../support/stored_events.ts";

let space: TestSpace;
let id: string;
let body: string;
beforeAll(async () => {
  space = await aSpace();
  ({ id, body } = anEvent());
  await deliver(space, body);
  const event = await storedEvent(space, id);
  if (event) await processEvent(event);
});

const call = async (event: string, headers: Record<string, string>) =>
  answerOf(await handler(aRequest({ path: { space: space.space, event }, headers })));

it("shows one event, with its payload and its runs", async () => {
  expect(await call(id, bearer(space.apiKey))).toMatchObject({
    status: 200,
    body: { id, status: "ignored", attempts: 1, payload: JSON.parse(body), runs: [{ outcome: "ignored" }] },
  });
});

it("is for the Space's own API key, and its own events", async () => {
  const other = await aSpace();
  expect(await call(id, {})).toMatchObject({ status: 401 });
  expect(await call(id, bearer(other.apiKey))).toMatchObject({ status: 404 });
  expect(await call("evt_unknown", bearer(space.apiKey))).toMatchObject({ status: 404 });
});

describe("to a member, an event", () => {
  const visit = async (event: string) =>
    await handler(aVisit(await member(space), { space: space.space, event }));

  async function anEventOf(object: Record<string, unknown>, isRun = true): Promise<string> {
    const made = anEvent({ type: "checkout.session.completed", object });
    await deliver(space, made.body);
    const event = await storedEvent(space, made.id);
    if (event && isRun) await processEvent(event);
    return made.id;
  }

  it("is a page: whence it came, what verified it, its run, its payload, and a form to replay it", async () => {
    const { statusCode, body: text = "" } = await visit(id);
    expect(statusCode).toBe(200);
    expect(text).toContain("<h1>customer.created</h1>");
    expect(text).toContain('<strong class="pill soft">Ignored</strong>');
    expect(text).toContain("no handler for customer.created");
    expect(text).toMatch(/<dt>Happened<\/dt><dd><time datetime="20/);
    expect(text).toMatch(/<dt>Received<\/dt><dd><time datetime="20/);
    const masked = `whsec_…${space.first.webhookSecret.slice(-4)}`;
    expect(text).toContain(`<dd>First Vendor's URL, signed with <code>${masked}</code></dd>`);
    expect(text).not.toContain(space.first.webhookSecret.slice(0, -4));
    expect(text).toContain("<details><summary>Payload</summary>");
    expect(text).toContain('<div class="json" data-copy="true">{');
    expect(text).toContain("<b>&quot;object&quot;</b>: &quot;customer&quot;");
    expect(text).toContain("Nothing is done for events of this type.");
    expect(text).toContain(`href="/spaces/${space.space}/stripe_events/${id}?dry_run=true"`);
    expect(text).toContain(`action="/spaces/${space.space}/stripe_events/${id}/replay"`);
    expect(text).not.toMatch(/<dt>(?:Order|Marketplace|Account)<\/dt>/);
    expect(text).toContain(`<a href="/spaces/${space.space}/stripe_events">All events of the Space</a>`);
  });

  it("leads to its Marketplace and its Order", async () => {
    const order = await anOrder(space);
    const metadata = { order: order.id, marketplace: order.marketplace };
    const { body: text } = await visit(await anEventOf({ id: order.checkout_session, metadata }));
    const { room, marketplace } = placeOf(space);
    const path = `/spaces/${space.space}/rooms/${room}/marketplaces/${marketplace}`;
    expect(text).toContain(
      `<a href="${path}/orders/${order.id}"><code class="number">${orderNumber(order.id)}</code></a>`,
    );
    expect(text).toContain(`<a href="${path}">First Vendor</a>`);
    expect(text).toContain(`<a href="${path}/stripe_events">All events of First Vendor</a>`);
    const session = `search?q=${order.checkout_session}`;
    expect(text).toContain(
      `<dt>Object</dt><dd><a href="/spaces/${space.space}/${session}" data-copy="true">`,
    );
    expect(text).toContain(`<b>&quot;id&quot;</b>: &quot;<a href="/spaces/${space.space}/${session}">`);
    expect(text).toContain("A buyer completed checkout.");
  });

  it("leads there from its receipt on, by its metadata, and says so", async () => {
    const order = await anOrder(space);
    const metadata = { order: order.id, marketplace: order.marketplace };
    const { body: text } = await visit(await anEventOf({ id: order.checkout_session, metadata }, false));
    expect(text).toContain(`/orders/${order.id}"><code class="number">`);
    expect(text).toContain(`<code class="soft" data-copy="true">${order.id}</code>`);
    expect(text).toContain("as its metadata says; no run has confirmed it yet");
  });

  it("says of a run that failed why, by its cause and by Stripe's name of the request", async () => {
    const order = await anOrder(space);
    await weather(space, { unavailable: 2 });
    const { body: text } = await visit(await anEventOf({ id: order.checkout_session }));
    expect(text).toContain("Cause <code>stripe:http_503</code>");
    expect(text).toMatch(/Stripe.s request <code>req_\w+<\/code>/);
  });

  it("says when an event that failed runs again: at a time, or that it is due now; only then its Replay stands out", async () => {
    const failing = await aFailingEvent(space, "stripe:http_503");
    const primary = "<button>Replay</button>";
    const waiting = (await visit(failing)).body;
    expect(waiting).toMatch(/<dt>Next run<\/dt><dd><time /);
    expect(waiting).toContain(primary);
    await makeDue(space, failing);
    expect((await visit(failing)).body).toContain("<dt>Next run</dt><dd>due now</dd>");
    const done = (await visit(id)).body;
    expect(done).not.toContain(primary);
    expect(done).toContain('<button class="quiet">Replay</button>');
  });

  it.each([
    ["no Order", () => ({ order: "../../edit", marketplace: space.first.marketplace })],
    ["another Space's Marketplace", () => ({ order: ulid(), marketplace: randomUUID() })],
  ])("leads to none where its metadata names %s", async (_what, metadata) => {
    const { body: text } = await visit(await anEventOf({ id: "cs_test_1", metadata: metadata() }, false));
    expect(text).not.toContain("<dt>Order</dt>");
    expect(text).not.toContain("/orders/");
  });

  it("leads where a run has found, and no more where its metadata says", async () => {
    const order = await anOrder(space);
    const metadata = { order: order.id, marketplace: space.second.marketplace };
    const { body: text } = await visit(await anEventOf({ id: order.checkout_session, metadata }));
    expect(text).toContain(
      `<dt>Order</dt><dd><a href="/spaces/${space.space}/rooms/store/marketplaces/${order.marketplace}/`,
    );
    expect(text).not.toContain("Second Vendor");
  });

  it("folds away the empty fields of its payload, behind one control", async () => {
    const { body: text } = await visit(
      await anEventOf({ id: "cs_test_1", customer: null, discounts: [] }, false),
    );
    expect(text).toMatch(
      /<label class="choice empties"><input type="checkbox"[^>]*> <span>Show \d+ empty fields<\/span>/,
    );
    expect(text).toMatch(/<div class="empty">\s*<b>&quot;customer&quot;<\/b>: null,\n<\/div>/);
  });

  it("shows markup in its payload as text", async () => {
    const { body: text } = await visit(await anEventOf({ name: "</pre><script>1</script>" }));
    expect(text).not.toContain("<script>");
    expect(text).toContain("&lt;/pre>&lt;script>");
    expect(text).toContain('<strong class="pill bad">Given up</strong>');
  });

  describe("whose payload nobody at Stripe wrote, is a small page, and JSON that says what is left out,", () => {
    const MAX_PAGE_BYTES = 60_000 - Buffer.byteLength(SCRIPT);
    const store = async (object: string): Promise<string> => {
      const made = anEvent({ object: { id: "cus_1", of: "here" } });
      await deliver(space, made.body.replace('"here"', object));
      return made.id;
    };
    const nested = (levels: number): string => '{"a":['.repeat(levels / 2) + "]}".repeat(levels / 2);

    it.each([
      ["nested 3,000 levels deep", nested(3_000)],
      ["nested 100,000 levels deep", nested(100_000)],
    ])("where it is %s", async (_how, object) => {
      const deep = await store(object);
      const { statusCode, body: text = "" } = await visit(deep);
      expect(statusCode).toBe(200);
      expect(Buffer.byteLength(text)).toBeLessThan(MAX_PAGE_BYTES);
      expect(text).toContain("nested deeper than 32 levels");
      expect(text).toContain("<b>&quot;id&quot;</b>: &quot;cus_1&quot;");
      const answer = await call(deep, bearer(space.apiKey));
      expect(answer).toMatchObject({
        status: 200,
        body: { payload: { id: deep }, payload_note: expect.stringContaining("deeper than 32 levels") },
      });
      expect(JSON.stringify(answer.body).length).toBeLessThan(10_000);
    });

    it.each([
      ["numbers on lines of their own", `[${"0,".repeat(400_000)}0]`],
      ["what HTML escapes", `"${'\\"'.repeat(400_000)}"`],
    ])("where it is 800 KB of %s", async (_what, object) => {
      const wide = await store(object);
      const { statusCode, body: text = "" } = await visit(wide);
      expect(statusCode).toBe(200);
      expect(Buffer.byteLength(text)).toBeLessThan(MAX_PAGE_BYTES);
      expect(text).toContain("This is its beginning.");
      expect(await call(wide, bearer(space.apiKey))).toMatchObject({
        status: 200,
        body: { payload: { data: { object: { of: JSON.parse(object) } } }, payload_note: null },
      });
    });

    it("where numbers that are short to write are long to read", async () => {
      const answer = await call(await store(`[${"1e20,".repeat(190_000)}0]`), bearer(space.apiKey));
      expect(answer.body).toMatchObject({ payload: null, payload_note: "It is too large to be shown." });
    });
  });

  it("is not a representative's", async () => {
    const path = { ...placeOf(space), event: id };
    const { statusCode } = await handler(aVisit(await representative(space), path));
    expect(statusCode).toBe(404);
  });
});
