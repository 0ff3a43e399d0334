import * as v from "valibot";
import { getOrThrow } from "../api/get_or_throw.ts";
import { listPage } from "../api/lists.ts";
import { mergeMetadata, param, parse } from "../api/params.ts";
import type { Handler } from "../api/request.ts";
import { retrieve } from "../api/retrieve.ts";
import { emit, pendingEvent } from "../events/emit.ts";
import { accountTime } from "../state/clock.ts";
import { newProduct } from "./line_items.ts";

export const retrieveProduct = retrieve("product");

const ListProducts = v.strictObject({
  ...param.paging,
  active: v.optional(param.boolean),
  created: v.optional(param.range),
});

/** https://docs.stripe.com/api/products/list */
export const listProducts: Handler = ({ params, scope }, simulator) => {
  const { active, created, ...paging } = parse(ListProducts, params);
  const where = active === undefined ? [] : [{ sql: "body ->> '$.active' = ?", values: [Number(active)] }];
  return listPage(simulator, scope, { kind: "product", url: "/v1/products", created, where }, paging);
};

const Changeable = {
  active: v.optional(param.boolean),
  description: v.optional(param.text()),
  images: v.optional(v.pipe(v.array(param.url), v.maxLength(8))),
  metadata: v.optional(param.metadata, {}),
  shippable: v.optional(param.boolean),
  tax_code: v.optional(param.text()),
  url: v.optional(param.url),
};

const CreateProduct = v.strictObject({ ...Changeable, name: param.text() });

/** https://docs.stripe.com/api/products/create */
export const createProduct: Handler = ({ cause, params, scope }, simulator) => {
  const { active = true, description, images = [], metadata, name, ...rest } = parse(CreateProduct, params);
  const product = simulator.store.insert(
    "product",
    scope,
    newProduct({
      active,
      created: accountTime(simulator, scope.account),
      description: description ?? null,
      images,
      livemode: scope.livemode,
      metadata,
      name,
      shippable: rest.shippable ?? null,
      tax_code: rest.tax_code ?? null,
      url: rest.url ?? null,
    }),
  );
  emit(simulator, scope, cause, [pendingEvent("product.created", product)]);
  return product;
};

const UpdateProduct = v.strictObject({ ...Changeable, name: v.optional(param.text()) });

/** https://docs.stripe.com/api/products/update */
export const updateProduct: Handler = ({ cause, params, path, scope }, simulator) => {
  const before = getOrThrow(simulator, "product", scope, path("id"));
  const wanted = parse(UpdateProduct, params);
  const product = simulator.store.update("product", {
    ...before,
    active: wanted.active ?? before.active,
    description: wanted.description ?? before.description,
    images: wanted.images ?? before.images,
    metadata: mergeMetadata(before.metadata, wanted.metadata),
    name: wanted.name ?? before.name,
    shippable: wanted.shippable ?? before.shippable,
    tax_code: wanted.tax_code ?? before.tax_code ?? null,
    updated: accountTime(simulator, scope.account),
    url: wanted.url ?? before.url,
  });
  emit(simulator, scope, cause, [pendingEvent("product.updated", product, { updated: before.updated })]);
  return product;
};
