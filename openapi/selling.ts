import { CheckoutRequest } from "../lib/checkouts/checkout_request.ts";
import { CheckoutJson } from "../lib/checkouts/present_checkout.ts";
import { ErasedJson, ErasureRequest } from "../lib/erasure/erase_buyer.ts";
import { ErasuresJson } from "../lib/erasure/preview_erasure.ts";
import type { ErrorCode } from "../lib/errors.ts";
import { searchedListOf } from "../lib/http/answer_fields.ts";
import { SplitDecision } from "../lib/money/decide_split.ts";
import { SplitPreview } from "../lib/money/preview_split.ts";
import { RefundRequest } from "../lib/money/refund_order.ts";
import { ImportOrderRequest } from "../lib/orders/import_order_request.ts";
import { OrderJson } from "../lib/orders/present_order.ts";
import { WholeAttentionJson } from "../lib/pages/attention_page.ts";
import { SearchJson } from "../lib/search/present_found.ts";
import { WholeOrderJson } from "../lib/stripe_events/present_order_whole.ts";
import { ASKS_STRIPE, MARKETPLACE, SPACE, type Subject, timeSpan } from "./operation.ts";

const ORDER = `${MARKETPLACE}/orders/{order}`;

/** What keeps an Order from being placed, whoever asks for it. */
const PLACES_AN_ORDER = [
  "no_api_token",
  "not_connected",
  "vendor_rejected",
  "stripe_key_refused",
  "refused_by_stripe",
  "stripe_unavailable",
] satisfies ErrorCode[];

export const selling: Subject = {
  name: "Selling",
  description: "Checkouts, the Orders that they place, and the Orders' money.",
  operations: {
    [`POST ${MARKETPLACE}/checkouts`]: {
      id: "createCheckout",
      summary: "Place an Order, and have where its buyer pays",
      description:
        "Send the buyer to `url`. When Stripe tells that they have paid, the Order is `paid`; nothing need be asked meanwhile.",
      role: "program",
      scope: "sell",
      idempotencyKey:
        "Of at most 255 characters. For 24 h the same key answers the same Order, wherever it stands by then, and a new one where that is `expired` or `payment_failed`. With another request it is 422 `idempotency_key_reused`.",
      body: CheckoutRequest,
      answers: {
        201: ["The Order is open, and the buyer can pay at `url`.", CheckoutJson],
        200: ["With an `Idempotency-Key`: the buyer is through already, and `url` is null.", CheckoutJson],
      },
      errors: [...PLACES_AN_ORDER, "idempotency_key_reused"],
    },
    [`POST ${MARKETPLACE}/test_orders`]: {
      id: "splitOrderOfTest",
      summary: "Place a small Order in test mode, to try it out",
      description: "Pay it at `url`: Stripe then leads back to the Order's page.",
      role: "member",
      idempotencyKey: "What is asked twice with the same key is one Order.",
      answers: {
        201: ["The Order is open, and can be paid at `url`.", CheckoutJson],
        200: ["The Order, where it was paid before.", CheckoutJson],
      },
      errors: ["test_mode_needed", ...PLACES_AN_ORDER],
    },
    [`GET ${MARKETPLACE}/orders`]: {
      id: "listOrders",
      summary: "List a Marketplace's Orders, the newest first",
      role: "representative",
      scope: "sell",
      isList: true,
      query: {
        status: "Only Orders that stand so.",
        number: "Only Orders of this number, `7K3F-92QD`, the last eight characters of an id.",
        split: "Only Orders whose split stands so.",
        ...timeSpan("When an Order was placed"),
      },
      answers: { 200: ["A page of Orders.", searchedListOf(WholeOrderJson)] },
    },
    [`POST ${MARKETPLACE}/orders`]: {
      id: "importOrder",
      summary: "Carry over an Order that was begun elsewhere",
      description: "By the Checkout Session that its buyer was sent to.",
      role: "program",
      scope: "sell",
      body: ImportOrderRequest,
      answers: {
        201: ["The Order.", WholeOrderJson],
        200: ["The same Order, where it was carried over before.", WholeOrderJson],
      },
      errors: [
        ...ASKS_STRIPE,
        "no_such_checkout_session",
        "checkout_under_way",
        "order_of_another_marketplace",
        "other_amounts",
      ],
    },
    [`GET ${ORDER}`]: {
      id: "showOrder",
      summary: "Read an Order, with its money and its timeline",
      role: "representative",
      scope: "sell",
      answers: { 200: ["The Order.", WholeOrderJson] },
    },
    [`POST ${ORDER}/split`]: {
      id: "splitOrder",
      summary: "Decide about an Order's money",
      description:
        "`try_now` looks at once; `send` sends the Vendor's share, whatever held it back; `write_off` lets the Vendor keep what they owe; `take_back` brings back what was sent by hand; `leave` says that it is right as it is.",
      role: "member",
      body: SplitDecision,
      answers: { 200: ["The Order as it is then.", OrderJson] },
      errors: [...ASKS_STRIPE, "being_settled", "changed_meanwhile", "nothing_to_decide"],
    },
    [`GET ${ORDER}/split`]: {
      id: "previewSplit",
      summary: "See what a look at an Order's money would do now",
      description:
        "By what Stripe says and by the same plan, where Stripe says yes to each step. Nothing is moved, and nothing is kept of it.",
      role: "member",
      scope: "manage",
      answers: { 200: ["What would be moved, and how the split would stand then.", SplitPreview] },
      errors: ASKS_STRIPE,
    },
    [`POST ${ORDER}/refunds`]: {
      id: "createRefund",
      summary: "Give a buyer money back",
      description: "And take the Vendor's part of it from the Vendor: see `product_amount`.",
      role: "member",
      idempotencyKey: "What is asked twice with the same key is one refund.",
      body: RefundRequest,
      answers: {
        201: ["The Order as it is then.", OrderJson],
        200: ["The Order, where the same refund was made before.", OrderJson],
        202: ["The Order, where Stripe has yet to answer: the refund is looked after by itself.", OrderJson],
      },
      errors: [...ASKS_STRIPE, "being_settled", "not_refundable", "refund_refused"],
    },
    [`GET ${SPACE}/search`]: {
      id: "search",
      summary: "Find what an id leads to, or a buyer's Orders",
      description:
        "An Order, an event, a Marketplace or the Utility of the Space: by its own id, or by that of what at Stripe belongs to it; and a buyer's Orders by their address.",
      role: "member",
      scope: "manage",
      query: {
        q: "An id of ours or of Stripe's (`evt_…`, `cs_…`, `pi_…`, `ch_…`, `py_…`, `re_…`, `du_…`, `tr_…`, `trr_…`, `txn_…`, `acct_…`), or an address that has one in it; or a buyer's email address.",
      },
      answers: { 200: ["What it leads to; an empty list where that is nothing of the Space's.", SearchJson] },
      errors: ["invalid_field", ...ASKS_STRIPE],
    },
    [`GET ${SPACE}/erasures`]: {
      id: "searchOfErasures",
      summary: "See whom the Space has erased, and what erasing a buyer would come to",
      description: "Nothing is changed. No log has the query.",
      role: "member",
      scope: "manage",
      query: { email: "The address of a buyer whom somebody thinks of erasing." },
      answers: { 200: ["Who was erased, by a keyed hash; and the preview.", ErasuresJson] },
      errors: ["invalid_field", "no_api_token"],
    },
    [`POST ${SPACE}/erasures`]: {
      id: "eraseBuyers",
      summary: "Erase a buyer",
      description:
        "Out of the Space's Orders, their timelines and mails, and out of the payloads of its events; amounts and Stripe's ids stay. Asked again, it goes on with what is left. What Stripe keeps is to be redacted there.",
      role: "member",
      body: ErasureRequest,
      answers: { 200: ["What was erased now, and whether all events were read.", ErasedJson] },
      errors: ["no_api_token"],
    },
    [`GET ${SPACE}/attention`]: {
      id: "showAttention",
      summary: "List what needs somebody, the longest waiting first",
      description:
        "Orders whose share is on hold, whose Vendor owes something, or whose buyer's bank asks for the money back; endpoints that Stripe's events do not come through; and events that fail.",
      role: "member",
      scope: "manage",
      isList: true,
      answers: { 200: ["A page of the Orders, with the endpoints and what fails.", WholeAttentionJson] },
    },
  },
};
