import * as v from "valibot";
import { invalidParam } from "../api/errors.ts";
import { listPage, whereField } from "../api/lists.ts";
import { param, parse } from "../api/params.ts";
import type { Handler } from "../api/request.ts";
import { retrieve } from "../api/retrieve.ts";
import type { Scope } from "../core/objects.ts";
import { emit, pendingEvent } from "../events/emit.ts";
import { accountTime } from "../state/clock.ts";
import type { Simulator } from "../state/simulator.ts";
import { newPrice, newProduct } from "./line_items.ts";
import type { FindPrice } from "./session_params.ts";

export const retrievePrice = retrieve("price");

const ListPrices = v.strictObject({
  ...param.paging,
  created: v.optional(param.range),
  product: v.optional(param.text()),
});

/** https://docs.stripe.com/api/prices/list */
export const listPrices: Handler = ({ params, scope }, simulator) => {
  const { created, product, ...paging } = parse(ListPrices, params);
  const where = whereField("product", product);
  return listPage(simulator, scope, { kind: "price", url: "/v1/prices", created, where }, paging);
};

const CreatePrice = v.strictObject({
  active: v.optional(param.boolean, "true"),
  currency: param.currency,
  metadata: v.optional(param.metadata, {}),
  nickname: v.optional(param.text()),
  product: v.optional(param.text()),
  product_data: v.optional(v.strictObject({ name: param.text(), metadata: v.optional(param.metadata, {}) })),
  tax_behavior: v.optional(v.picklist(["exclusive", "inclusive", "unspecified"]), "unspecified"),
  unit_amount: param.integer(0),
});

/** https://docs.stripe.com/api/prices/create, of what is paid once. */
export const createPrice: Handler = ({ cause, params, scope }, simulator) => {
  const { product: id, product_data, nickname, ...wanted } = parse(CreatePrice, params);
  const made = { created: accountTime(simulator, scope.account), livemode: scope.livemode };
  const known = id ? simulator.store.get("product", scope, id) : undefined;
  if (id && !known) throw invalidParam("product", `No such product: '${id}'`, "resource_missing");
  if (!known && !product_data)
    throw invalidParam(
      "product",
      "You must specify either `product` or `product_data` when creating a price.",
    );
  const product =
    known ?? simulator.store.insert("product", scope, newProduct({ ...made, name: "", ...product_data }));
  const price = simulator.store.insert(
    "price",
    scope,
    newPrice({ ...made, ...wanted, nickname: nickname ?? null, product: product.id }),
  );
  emit(simulator, scope, cause, [
    ...(known ? [] : [pendingEvent("product.created", product)]),
    pendingEvent("price.created", price),
  ]);
  return price;
};

export function findPrice(
  { store }: Simulator,
  scope: Scope,
  id: string,
  param: string,
): ReturnType<FindPrice> {
  const price = store.get("price", scope, id);
  const product = price && store.get("product", scope, String(price.product));
  if (!price || !product) throw invalidParam(param, `No such price: '${id}'`, "resource_missing");
  return { price, name: product.name };
}
