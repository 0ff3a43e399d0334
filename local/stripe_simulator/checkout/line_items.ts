import Stripe from "stripe";
import { newId } from "../core/ids.ts";
import { lineTotal, type NewLine } from "./session_params.ts";

/** `price_data` creates a product and a price for each line, inactive as at Stripe. */
export function newProduct(
  { price_data: { product_data } }: NewLine,
  { created, livemode }: { created: number; livemode: boolean },
): Stripe.Product {
  return {
    id: newId.product(),
    object: "product",
    active: false,
    created,
    description: product_data.description ?? null,
    images: product_data.images ?? [],
    livemode,
    marketing_features: [],
    metadata: product_data.metadata ?? {},
    name: product_data.name,
    package_dimensions: null,
    shippable: null,
    tax_code: product_data.tax_code ?? null,
    tax_details: null,
    type: "service",
    updated: created,
    url: null,
  };
}

export function newLineItem(line: NewLine, product: Stripe.Product): Stripe.LineItem {
  return {
    id: newId.lineItem(),
    object: "item",
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: lineTotal(line),
    amount_tax: 0,
    amount_total: lineTotal(line),
    currency: line.price_data.currency,
    description: product.name,
    metadata: line.metadata ?? {},
    price: newPrice(line, product),
    quantity: line.quantity,
  };
}

function newPrice({ price_data }: NewLine, product: Stripe.Product): Stripe.Price {
  return {
    id: newId.price(),
    object: "price",
    active: false,
    billing_scheme: "per_unit",
    created: product.created,
    currency: price_data.currency,
    custom_unit_amount: null,
    livemode: product.livemode,
    lookup_key: null,
    metadata: {},
    nickname: null,
    product: product.id,
    recurring: null,
    tax_behavior: price_data.tax_behavior ?? "unspecified",
    tiers_mode: null,
    transform_quantity: null,
    type: "one_time",
    unit_amount: price_data.unit_amount,
    unit_amount_decimal: Stripe.Decimal.from(price_data.unit_amount),
  };
}
