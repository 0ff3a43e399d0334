import { describe, expect, it } from "vitest";
import { waitFor } from "../../../support/wait.ts";
import { simulatorForTests } from "../support.ts";
import { newMarket, orderB, sale } from "./sale.ts";

const url = await simulatorForTests();

describe("a dispute", () => {
  it("takes the money and a fee from the platform at once", async () => {
    const { stripe, charge, intent, dispute, held, types, takeBack } = await orderB(url);
    const before = await types();
    const { id } = await dispute();
    expect(await stripe.disputes.retrieve(id)).toMatchObject({
      id: expect.stringMatching(/^du_/),
      amount: 1_890,
      balance_transactions: [
        {
          type: "adjustment",
          reporting_category: "dispute",
          amount: -1_890,
          fee: 1_500,
          fee_details: [{ description: "Dispute fee", amount: 1_500 }],
          net: -3_390,
          source: id,
        },
      ],
      charge,
      payment_intent: intent,
      reason: "fraudulent",
      status: "needs_response",
      is_charge_refundable: false,
      evidence: { uncategorized_text: null },
      evidence_details: { has_evidence: false, submission_count: 0 },
      payment_method_details: { type: "card", card: { case_type: "chargeback" } },
    });
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ disputed: true, amount_refunded: 0 });
    expect((await types()).slice(before.length)).toEqual([
      "charge.dispute.created",
      "charge.dispute.funds_withdrawn",
    ]);
    await takeBack(1_215);
    expect(await held()).toEqual({ vendor: 0, platform: -1_585 });
    expect((await stripe.disputes.list({ charge })).data).toMatchObject([{ id }]);
    expect((await stripe.disputes.list({ payment_intent: intent })).data).toMatchObject([{ id }]);
    expect((await stripe.disputes.list({ charge: "ch_x" })).data).toEqual([]);
    expect(
      (await stripe.balanceTransactions.list({ source: id, expand: ["data.source"] })).data,
    ).toMatchObject([{ source: { object: "dispute", id } }]);
  });

  it("gives the money back when it is won, and keeps its fee", async () => {
    const { stripe, dispute, bank, held, types } = await orderB(url);
    const { id } = await dispute();
    const before = await types();
    await bank(id, "win");
    expect(await stripe.disputes.retrieve(id)).toMatchObject({
      status: "won",
      balance_transactions: [
        { net: -3_390 },
        { type: "adjustment", reporting_category: "dispute_reversal", net: 1_890, fee: 0 },
      ],
    });
    expect((await types()).slice(before.length)).toEqual([
      "charge.dispute.funds_reinstated",
      "charge.dispute.closed",
    ]);
    expect(await held()).toEqual({ vendor: 1_215, platform: -910 });
    expect(await bank(id, "win")).toMatchObject({ status: 400 });
  });

  it("moves nothing more when it is lost, gives a part back, and can still be won", async () => {
    const { stripe, dispute, bank, held, types } = await orderB(url);
    const { id } = await dispute();
    const before = await types();
    await bank(id, "lose");
    expect(await held()).toMatchObject({ platform: -2_800 });
    await bank(id, "return", 650);
    expect(await stripe.disputes.retrieve(id)).toMatchObject({
      status: "lost",
      balance_transactions: [{ amount: -1_890 }, { amount: 650 }],
    });
    expect(await held()).toMatchObject({ platform: -2_150 });
    expect(await bank(id, "return", 1_241)).toMatchObject({ status: 400 });
    expect(await bank(id, "lose")).toMatchObject({ status: 400 });
    await bank(id, "win");
    expect(await held()).toMatchObject({ platform: -910 });
    expect((await types()).slice(before.length)).toEqual([
      "charge.dispute.closed",
      "charge.dispute.funds_reinstated",
      "charge.dispute.funds_reinstated",
      "charge.dispute.closed",
    ]);
  });

  it("can be only a question at first", async () => {
    const { stripe, dispute, bank, held, refund } = await orderB(url);
    const inquiry = await dispute({ inquiry: true, reason: "general" });
    expect(inquiry).toMatchObject({
      status: "warning_needs_response",
      balance_transactions: [],
      is_charge_refundable: true,
      reason: "general",
    });
    await refund(1);
    await bank(inquiry.id, "close");
    expect(await stripe.disputes.retrieve(inquiry.id)).toMatchObject({ status: "warning_closed" });
    expect(await held()).toMatchObject({ platform: 589 });
    expect(await bank(inquiry.id, "win")).toMatchObject({ status: 400 });
    const other = await dispute({ inquiry: true });
    await bank(other.id, "withdraw");
    expect(await stripe.disputes.retrieve(other.id)).toMatchObject({
      amount: 1_889,
      status: "needs_response",
      payment_method_details: { card: { case_type: "chargeback" } },
    });
    expect(await held()).toMatchObject({ platform: 589 - 1_889 - 1_500 });
  });

  it("can be for the rest, for more than the charge, and be one of two", async () => {
    const rest = await orderB(url);
    await rest.refund(650);
    expect(await rest.dispute()).toMatchObject({ amount: 1_240 });
    await rest.takeBack(1_215);
    expect(await rest.held()).toEqual({ vendor: 0, platform: -1_585 });

    const whole = await orderB(url);
    await whole.refund(650);
    await whole.dispute({ amount: 1_890 });
    await whole.takeBack(1_215);
    expect(await whole.held()).toEqual({ vendor: 0, platform: -2_235 });

    const two = await orderB(url);
    await two.dispute({ amount: 2_000 });
    await two.dispute({ amount: 100 });
    await two.takeBack(1_215);
    expect(await two.held()).toEqual({ vendor: 0, platform: 1_805 - 2_100 - 3_000 });
  });

  it("in another currency takes what it is worth on its day", async () => {
    const market = await newMarket(url);
    await market.setFaults({ settlement: { currency: "usd", rate: 1.0947, fee: 127 } });
    const { charge } = await sale(market, { currency: "eur" });
    const { body } = await market.control(`/charges/${charge}/dispute`, { amount: 650 });
    expect(body).toMatchObject({
      currency: "eur",
      amount: 650,
      balance_transactions: [{ currency: "usd", amount: -712, fee: 1_500, exchange_rate: 1.0947 }],
    });
    await market.control(`/disputes/${body.id}`, { do: "return", amount: 325 });
    expect(await market.stripe.disputes.retrieve(body.id)).toMatchObject({
      balance_transactions: [{ amount: -712 }, { amount: 356 }],
    });
  });
});

describe("an answer to a dispute", () => {
  it("costs a fee of its own, which comes back with a win", async () => {
    const { stripe, dispute, held, types } = await orderB(url);
    const { id } = await dispute();
    const staged = await stripe.disputes.update(id, {
      evidence: { product_description: "Bread" },
      submit: false,
      metadata: { order: "B" },
    });
    expect(staged).toMatchObject({
      status: "needs_response",
      evidence: { product_description: "Bread" },
      evidence_details: { has_evidence: true, submission_count: 0, submission_method: "not_submitted" },
      metadata: { order: "B" },
    });
    expect(await held()).toMatchObject({ platform: -2_800 });
    const sent = await stripe.disputes.update(id, { evidence: { uncategorized_text: "winning_evidence" } });
    expect(sent).toMatchObject({
      status: "under_review",
      evidence: { product_description: "Bread", uncategorized_text: "winning_evidence" },
      evidence_details: { submission_count: 1, submission_method: "manual" },
    });
    await expect(stripe.disputes.update(id, { evidence: { receipt: "file_1" } })).rejects.toMatchObject({
      statusCode: 400,
    });
    await waitFor(async () => expect(await stripe.disputes.retrieve(id)).toMatchObject({ status: "won" }));
    expect((await stripe.balanceTransactions.list({ type: "stripe_fee" })).data).toMatchObject([
      { net: 1_500, description: "Dispute countered fee returned" },
      { net: -1_500, source: null, description: "Dispute countered fee" },
    ]);
    expect(await held()).toMatchObject({ platform: -910 });
    expect((await types()).filter((type) => type === "charge.dispute.updated")).toHaveLength(2);
  });

  it("can be that it is accepted", async () => {
    const { stripe, dispute, held } = await orderB(url);
    const { id } = await dispute();
    expect(await stripe.disputes.close(id)).toMatchObject({ status: "lost" });
    expect(await held()).toMatchObject({ platform: -2_800 });
    await expect(stripe.disputes.close(id)).rejects.toMatchObject({ statusCode: 400 });
    expect((await stripe.events.list({ type: "charge.dispute.closed" })).data).toMatchObject([
      { request: { id: expect.stringMatching(/^req_/) }, data: { object: { id, status: "lost" } } },
    ]);
  });
});
