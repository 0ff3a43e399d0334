import type Stripe from "stripe";
import * as v from "valibot";
import { param } from "../api/params.ts";

const part = v.optional(v.string());

export const addressParam = v.strictObject({
  city: part,
  country: part,
  line1: part,
  line2: part,
  postal_code: part,
  state: part,
});

export const shippingParam = v.strictObject({
  address: addressParam,
  carrier: part,
  name: param.text(),
  phone: part,
  tracking_number: part,
});

export const addressOf = (given: v.InferOutput<typeof addressParam>): Stripe.Address => ({
  city: given.city ?? null,
  country: given.country ?? null,
  line1: given.line1 ?? null,
  line2: given.line2 ?? null,
  postal_code: given.postal_code ?? null,
  state: given.state ?? null,
});

export const shippingOf = (given: v.InferOutput<typeof shippingParam>): Stripe.PaymentIntent.Shipping => ({
  address: addressOf(given.address),
  carrier: given.carrier ?? null,
  name: given.name,
  phone: given.phone ?? null,
  tracking_number: given.tracking_number ?? null,
});
