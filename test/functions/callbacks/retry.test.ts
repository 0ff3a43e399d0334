import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { handler as retry } from "../../../functions/callbacks/retry.ts";
import { findCallback } from "../../../lib/callbacks/callback.ts";
import { changeCallback } from "../../../lib/callbacks/change_callback.ts";
import { readSpace } from "../../../lib/overview/read_space.ts";
import {
  aMinuteLater,
  callBack,
  deliveries,
  deliveryRows,
  marketplaceOwner,
  spaceOwner,
  stream,
} from "../../support/callbacks.ts";
import { runAndKill } from "../../support/crash.ts";
import { anOrder } from "../../support/orders.ts";
import { rowIsDue } from "../../support/outbox.ts";
import { ownTables } from "../../support/own_tables.ts";
import { aReceiver } from "../../support/receiver.ts";
import { aContext } from "../../support/requests.ts";
import { aSpace, type TestSpace } from "../../support/spaces.ts";
import { waitUntil } from "../../support/wait.ts";

await ownTables();
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const HOUR_MS = 60 * 60_000;

/** What the alarm is told, of the lines of a log. */
const overdueSaid = (lines: unknown[][]): number =>
  lines.map(([line]) => Number(JSON.parse(String(line)).OldestDueCallbackSeconds)).find(Number.isFinite) ??
  Number.NaN;

/** A Space whose first Marketplace calls back a shop, which has yet to be told of this many Orders. */
async function aShopToTell(orders: number, space?: TestSpace) {
  const mine = space ?? (await aSpace());
  const receiver = await aReceiver();
  const owner = marketplaceOwner(mine);
  const secret = await callBack(owner, receiver.url);
  for (let n = 0; n < orders; n++) await anOrder(mine);
  return { space: mine, receiver, owner, secret };
}

describe("a receiver that fails", () => {
  it("is called again after waits that grow, for three days, and then no more", async () => {
    const { receiver, owner } = await aShopToTell(1);
    receiver.answers = 500;
    vi.useFakeTimers({ toFake: ["Date"] });
    const waits: number[] = [];
    for (;;) {
      const [row] = await deliveryRows(owner);
      if (!row?.outbox_at) break;
      waits.push(Date.parse(row.outbox_at) - Date.now());
      vi.setSystemTime(Date.parse(row.outbox_at));
      await retry({}, aContext());
    }
    const all = waits.reduce((sum, wait) => sum + wait, 0);
    expect(all).toBeGreaterThan(2.5 * 24 * HOUR_MS);
    expect(all).toBeLessThanOrEqual(3 * 24 * HOUR_MS);
    expect(waits[1]).toBeLessThan(2 * 60_000);
    expect(Math.max(...waits)).toBeGreaterThan(3 * HOUR_MS);
    const [{ status, tries } = { status: "", tries: [] }] = await deliveries(owner);
    expect(status).toBe("dead");
    expect(receiver.calls).toHaveLength(waits.length);
    expect(tries).toHaveLength(Math.min(waits.length, 20));
    expect(tries.at(-1)).toMatchObject({ status: 500, error: null });
    // To the receiver it is one fact.
    expect(new Set(receiver.calls.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  });

  it("is told all of it when it is back, though the stream leaves it alone meanwhile", async () => {
    const { space, receiver, owner, secret } = await aShopToTell(1);
    receiver.answers = 500;
    await stream(owner);
    expect((await findCallback(owner))?.callback.failing_since).toBeDefined();
    await anOrder(space);
    await stream(owner);
    expect(receiver.calls).toHaveLength(1);
    receiver.answers = 200;
    await aMinuteLater(owner);
    expect((await deliveries(owner)).map(({ status }) => status)).toEqual(["delivered", "delivered"]);
    expect((await findCallback(owner))?.callback.failing_since).toBeUndefined();
    expect(receiver.told(secret)).toHaveLength(3);
  });

  it("is not followed to where it redirects", async () => {
    const { receiver, owner } = await aShopToTell(1);
    const elsewhere = await aReceiver();
    for (const location of ["http://169.254.169.254/latest/meta-data", elsewhere.url]) {
      receiver.answers = { status: 307, headers: { location } };
      await aMinuteLater(owner);
    }
    expect(elsewhere.calls).toEqual([]);
    expect(await deliveries(owner)).toEqual([
      expect.objectContaining({
        status: "retrying",
        tries: [expect.objectContaining({ status: 307 }), expect.objectContaining({ status: 307 })],
      }),
    ]);
  });

  it("that is not there is told by a code, and nothing of what it was sent", async () => {
    const { receiver, owner } = await aShopToTell(1);
    const { port } = new URL(receiver.url);
    await changeCallback(owner, { url: "https://nobody.invalid/" }, "a test");
    await aMinuteLater(owner);
    await changeCallback(owner, { url: `https://localhost:${port}/` }, "a test");
    await aMinuteLater(owner);
    const [{ tries } = { tries: [] }] = await deliveries(owner);
    expect(tries.map(({ error, status }) => ({ error, status }))).toEqual([
      { error: "ENOTFOUND", status: null },
      { error: expect.stringMatching(/^(?:EPROTO|ERR_SSL_\w+)$/), status: null },
    ]);
  });
});

it("holds up nobody else for a receiver that hangs, and calls that one a few times at once and no more", async () => {
  const hanging = await aShopToTell(10);
  hanging.receiver.answers = "hang";
  const healthy = await aShopToTell(3);
  const sameSpace = await aReceiver();
  await callBack(spaceOwner(hanging.space), sameSpace.url);
  await anOrder(hanging.space);
  const over = new AbortController();
  vi.spyOn(AbortSignal, "timeout").mockImplementation(() =>
    over.signal.aborted ? new AbortController().signal : over.signal,
  );
  for (const row of await deliveryRows(hanging.owner)) await rowIsDue(row, 2 * HOUR_MS);
  for (const owner of [healthy.owner, spaceOwner(hanging.space)])
    for (const row of await deliveryRows(owner)) await rowIsDue(row);
  const log = vi.spyOn(console, "info").mockImplementation(() => {});
  const run = retry({}, aContext());
  await waitUntil(() => healthy.receiver.calls.length === 3 && hanging.receiver.calls.length === 4);
  // So long it takes until they are given up.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10_000 });
  over.abort();
  await run;
  expect(hanging.receiver.calls).toHaveLength(4);
  expect(sameSpace.calls).toHaveLength(1);
  const became = (await deliveries(hanging.owner)).map(({ status, tries: [each] }) => each?.error ?? status);
  expect(became.toSorted()).toEqual([...Array(4).fill("timeout"), ...Array(7).fill("waiting")]);
  // That its own wait is its own matter, and rings nobody.
  expect(overdueSaid(log.mock.calls)).toBeLessThan(60);
});

it("says for how long the first has been due, so that it rings where nobody has looked", async () => {
  const { owner } = await aShopToTell(2);
  const [first] = await deliveryRows(owner);
  if (first) await rowIsDue(first, 3 * HOUR_MS);
  const log = vi.spyOn(console, "info").mockImplementation(() => {});
  await retry({}, aContext());
  await retry({}, aContext());
  const said = log.mock.calls.map((call) => overdueSaid([call])).filter(Number.isFinite);
  expect(said).toEqual([expect.closeTo((3 * HOUR_MS) / 1_000, -2), 0]);
});

describe("a receiver that answers 410", () => {
  it("is called no more, until somebody saves its URL again", async () => {
    const { space, receiver, owner } = await aShopToTell(2);
    const [first] = await deliveryRows(owner);
    receiver.answers = 410;
    if (first) await rowIsDue(first);
    await retry({}, aContext());
    expect(receiver.calls).toHaveLength(1);
    await aMinuteLater(owner);
    await anOrder(space);
    expect(receiver.calls).toHaveLength(1);
    expect((await deliveries(owner)).map(({ status }) => status)).toEqual(["dead", "dead"]);
    expect((await findCallback(owner))?.callback.switched_off_at).toBeDefined();
    const { audit } = await readSpace(space.space);
    expect(audit[0]).toMatchObject({ what: expect.stringMatching(/410/) });

    receiver.answers = 200;
    await changeCallback(owner, { url: receiver.url }, "a test");
    expect((await findCallback(owner))?.callback.switched_off_at).toBeUndefined();
    await anOrder(space);
    await stream(owner);
    expect((await deliveries(owner)).at(-1)).toMatchObject({ status: "delivered" });
  });

  it("is called on where its URL was changed meanwhile", async () => {
    const { receiver, owner } = await aShopToTell(1);
    const moved = await aReceiver();
    receiver.answers = 410;
    receiver.meanwhile = () => changeCallback(owner, { url: moved.url }, "a test");
    await aMinuteLater(owner);
    expect((await findCallback(owner))?.callback).toMatchObject({ url: moved.url });
    expect((await findCallback(owner))?.callback.switched_off_at).toBeUndefined();
  });
});

describe("secrets", () => {
  it("sign each call, both of them while one replaces the other", async () => {
    const { space, receiver, owner, secret } = await aShopToTell(1);
    await stream(owner);
    const next = (await changeCallback(owner, { add_callback_secret: true }, "a test")) ?? "";
    await anOrder(space);
    await stream(owner);
    expect(receiver.told(secret)).toHaveLength(2);
    const [, both] = receiver.calls.splice(0);
    expect(both?.headers["webhook-signature"]).toMatch(/^v1,\S+ v1,\S+$/);
    const masked = (await findCallback(owner))?.secrets[0]?.callback_secret_masked ?? "";
    await changeCallback(owner, { retire_callback_secret: masked }, "a test");
    await anOrder(space);
    await stream(owner);
    expect(receiver.told(next)).toHaveLength(1);
    expect(() => receiver.told(secret)).toThrow("No matching signature found");
  });
});

describe("a process that is killed", () => {
  const file = fileURLToPath(new URL("../../../functions/callbacks/retry.ts", import.meta.url));

  it("at any step has a fact told once more at most, by the same id", async () => {
    // With nothing that others have left due.
    await ownTables();
    const space = await aSpace();
    let steps = 0;
    for (let killed = true; killed; steps++)
      for (const when of ["before", "after"] as const) {
        const { receiver, owner, secret } = await aShopToTell(1, space);
        for (const row of await deliveryRows(owner)) if (row.outbox_at) await rowIsDue(row);
        killed = await runAndKill(file, {}, { step: steps + 1, when });
        // When its lease is over.
        await aMinuteLater(owner);
        const told = receiver.verify(secret);
        expect(told.length, `${when} step ${steps + 1}`).toBeOneOf(killed ? [1, 2] : [1]);
        expect(new Set(told.map(({ webhook_id }) => webhook_id)).size).toBe(1);
        expect((await deliveries(owner)).at(-1)).toMatchObject({ status: "delivered" });
        await changeCallback(owner, { remove: true }, "a test");
      }
    // It is claimed, the Order is read, and what came of it written.
    expect(steps - 1).toBe(3);
  });
});
