import Stripe from "stripe";
import { newId } from "../core/ids.ts";
import { lineTotal, type NewLine } from "./session_params.ts";

/** A product that is sold by itself; `price_data` makes one for each line, inactive as at Stripe. */
type NewProduct = Pick<Stripe.Product, "created" | "livemode" | "name"> & Partial<Stripe.Product>;

export const newProduct = (fields: NewProduct): Stripe.Product => ({
  id: newId.product(),
  object: "product",
  active: true,
  default_price: null,
  description: null,
  images: [],
  marketing_features: [],
  metadata: {},
  package_dimensions: null,
  shippable: null,
  tax_code: null,
  tax_details: null,
  type: "service",
  updated: fields.created,
  url: null,
  ...fields,
});

type NewPrice = Pick<Stripe.Price, "created" | "currency" | "livemode" | "product"> & {
  unit_amount: number;
} & Partial<Stripe.Price>;

export const newPrice = (fields: NewPrice): Stripe.Price => ({
  id: newId.price(),
  object: "price",
  active: true,
  billing_scheme: "per_unit",
  custom_unit_amount: null,
  lookup_key: null,
  metadata: {},
  nickname: null,
  recurring: null,
  tax_behavior: "unspecified",
  tiers_mode: null,
  transform_quantity: null,
  type: "one_time",
  unit_amount_decimal: Stripe.Decimal.from(fields.unit_amount),
  ...fields,
});

/** Of one line of a session: a price that is there, or one that is made for it, with its product. */
export function newLineItem(
  line: NewLine,
  { created, livemode }: { created: number; livemode: boolean },
): { item: Stripe.LineItem; made?: { price: Stripe.Price; product: Stripe.Product } } {
  const { price_data, price: known } = line;
  if (known) return { item: lineItem(line, known) };
  const { description = null, images = [], metadata = {}, name, tax_code = null } = price_data.product_data;
  const product = newProduct({
    active: false,
    created,
    description,
    images,
    livemode,
    metadata,
    name,
    tax_code,
  });
  const price = newPrice({
    active: false,
    created,
    currency: price_data.currency,
    livemode,
    product: product.id,
    tax_behavior: price_data.tax_behavior ?? "unspecified",
    unit_amount: price_data.unit_amount,
  });
  return { item: lineItem(line, price), made: { price, product } };
}

const lineItem = (line: NewLine, price: Stripe.Price): Stripe.LineItem => ({
  id: newId.lineItem(),
  object: "item",
  adjustable_quantity: null,
  amount_discount: 0,
  amount_subtotal: lineTotal(line),
  amount_tax: 0,
  amount_total: lineTotal(line),
  currency: price.currency,
  description: line.price_data.product_data.name,
  metadata: line.metadata ?? {},
  price,
  quantity: line.quantity,
});
