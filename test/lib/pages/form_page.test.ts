import { expect, it } from "vitest";
import { pageOfForm } from "../../../lib/pages/form_page.ts";
import { requestTo, serverlessRoutes } from "../../support/routes.ts";

const routes = [...(await serverlessRoutes()).keys()];
const PARAMETERS = {
  space: "zinc-coop",
  room: "store",
  marketplace: "0f8fad5b-d9cb-469f-a165-70867728950e",
  utility: "7c9e6679-7425-40de-944b-e07fc1f90ae7",
  event: "evt_1MqqbKLt4dXK03v5",
  month: "2026-11",
  order: "01M88YF7M2PBGFSM89TNYZZTVS",
  delivery: "01M88YF7M2PBGFSM89TNYZZTVT",
  replay: "01M88YF7M2PBGFSM89TNYZZTVV",
};
const pathOf = (route: string): string => requestTo(route, PARAMETERS, {}).rawPath;
const pages = routes.filter((route) => route.startsWith("GET") && !route.endsWith("{path+}")).map(pathOf);

/** Programs alone post there; no page has a form for it. */
const isForm = (route: string): boolean => route.startsWith("POST") && !route.endsWith("/checkouts");
/** Beside `/spaces/{space}/…`, for a branded domain; the Space's own page is at its path alone. */
const isOfBrandedSpace = (path: string): boolean =>
  /^\/(?:members|api_keys|recoveries|webhook_secrets|utilities$|rooms\/\w+\/marketplaces$)/.test(path);

it.each(
  routes
    .filter(isForm)
    .map(pathOf)
    .filter((path) => !isOfBrandedSpace(path)),
)("there is a page at %s, or one that it leads to", (path) => {
  expect(pages).toContain(pages.includes(path) ? path : pageOfForm(path));
});

it.each([
  ["/spaces/zinc-coop/utilities/7c9e", "/spaces/zinc-coop/utilities/7c9e/edit"],
  [
    "/spaces/zinc-coop/rooms/store/marketplaces/0f8f/stripe_account/destroy",
    "/spaces/zinc-coop/rooms/store/marketplaces/0f8f/edit",
  ],
  ["/spaces/zinc-coop/members/destroy", "/spaces/zinc-coop/edit"],
  ["/spaces/zinc-coop/webhook_secrets", "/spaces/zinc-coop/edit"],
  ["/spaces/zinc-coop/recoveries", "/spaces/zinc-coop"],
  ["/utilities/7c9e", "/utilities/7c9e/edit"],
  ["/rooms/store/marketplaces/0f8f/test_orders", "/rooms/store/marketplaces/0f8f"],
])("leads from %s to %s", (path, page) => {
  expect(pageOfForm(path)).toBe(page);
});

it.each([
  "/",
  "/nowhere",
  "/spaces/zinc-coop/members/destroy/all",
  "/spaces/zinc-coop/utilities/7c9e/edit",
  "//evil.example/utilities/7c9e",
  "/spaces//evil.example/members",
  "/spaces/..%2f/members",
  "/spaces/a\r\nset-cookie: b/members",
  "/members/destroy",
])("leads from %j nowhere", (path) => {
  expect(pageOfForm(path)).toBeUndefined();
});
