import * as v from "valibot";
import { CallbackChange } from "../lib/callbacks/change_callback.ts";
import { DeliveryJson } from "../lib/callbacks/delivery.ts";
import { CallbackJson } from "../lib/callbacks/present_callback.ts";
import { MARKETPLACE, type Operation, SPACE, type Subject } from "./operation.ts";

/** A Space has a callback, and so has each Marketplace, by the same operations. */
const operationsAt = (place: string, of: string, suffix: string): Record<string, Operation> => ({
  [`GET ${place}/callback`]: {
    id: `showCallback${suffix}`,
    summary: `Read the callback of ${of}, with what became of its calls`,
    role: "member",
    scope: "manage",
    isList: true,
    answers: { 200: ["The callback, with a page of its deliveries, the newest first.", CallbackJson] },
  },
  [`POST ${place}/callback`]: {
    id: `updateCallback${suffix}`,
    summary: `Set up, change or remove the callback of ${of}`,
    description: "One thing at a time; a secret that is there is named as it is shown.",
    role: "member",
    body: CallbackChange,
    answers: {
      200: [
        "The callback.",
        v.object({
          ...CallbackJson.entries,
          callback_secret: v.pipe(
            v.nullable(v.string()),
            v.description("A secret that was made, this once: with the first URL, and when one is added."),
          ),
        }),
      ],
    },
    errors: ["changed_meanwhile"],
  },
  [`POST ${place}/callback/deliveries`]: {
    id: `testCallback${suffix}`,
    summary: `Call the callback of ${of} with a test`,
    role: "member",
    answers: { 201: ["It is on its way.", DeliveryJson] },
    errors: ["callback_switched_off"],
  },
  [`POST ${place}/callback/deliveries/{delivery}/replay`]: {
    id: `replayCallback${suffix}`,
    summary: `Call the callback of ${of} again with a fact`,
    role: "member",
    answers: { 201: ["It is on its way, as a delivery of its own.", DeliveryJson] },
    errors: ["callback_switched_off", "changed_meanwhile"],
  },
});

export const callbacks: Subject = {
  name: "Callbacks",
  description:
    "A server of yours is told what becomes of Orders, by Standard Webhooks: `{ type, timestamp, data }`, signed, with the Order as `data`.",
  operations: {
    ...operationsAt(MARKETPLACE, "a Marketplace", "OfMarketplace"),
    ...operationsAt(SPACE, "the Space", ""),
  },
};
