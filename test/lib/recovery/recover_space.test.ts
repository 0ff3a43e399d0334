import { expect, it } from "vitest";
import { after, now } from "../../../lib/clock.ts";
import { listAttention } from "../../../lib/money/attention.ts";
import { recoverSpace } from "../../../lib/recovery/recover_space.ts";
import { changeOrder, orderRow } from "../../support/money_rows.ts";
import { anOrder } from "../../support/orders.ts";
import { requestsTo } from "../../support/simulator.ts";
import { aSpace } from "../../support/spaces.ts";

it("puts Orders that were paid before shares were sent from here among what needs somebody, once", async () => {
  const space = await aSpace();
  const orders = [await anOrder(space), await anOrder(space), await anOrder(space)];
  const [old, settled, open] = orders;
  if (!old || !settled || !open) throw new Error("three Orders");
  // As the release before wrote it, long ago.
  await changeOrder(old, { status: "paid", checkout_session: "cs_long_ago" });
  const split = { status: "done", since: "2026-11-23T12:00:00.000Z", detail: "" };
  await changeOrder(settled, { status: "paid", split });
  const inSpace = async () =>
    (await listAttention(space.space, { limit: 100, next: undefined })).data.map((each) => [
      each.id,
      each.split?.status,
    ]);
  expect(await inSpace()).toEqual([]);

  const recover = () => recoverSpace(space.space, after(now(), 60_000));
  await recover();
  expect(await inSpace()).toEqual([[old.id, "by_hand"]]);
  expect(await orderRow(settled)).toMatchObject({ split });
  expect((await orderRow(open)).split).toBeUndefined();
  expect(await requestsTo(space, "/v1/transfers")).toEqual([]);

  await changeOrder(old, { attention_since: undefined });
  await recover();
  expect(await inSpace()).toEqual([]);
});
