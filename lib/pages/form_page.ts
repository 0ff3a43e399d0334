/**
 * A form that is wrong is shown at the address that it was sent to. Who loads that address by hand is led to the page that
 * has the form; by its shape alone, so that nobody learns what there is. The first that fits.
 */
const PAGES: [form: RegExp, page: string][] = [
  [/^((?:\/spaces\/[\w-]+)?\/utilities\/[\w-]+)(?:\/stripe_webhook_endpoints(?:\/rotate)?)?$/, "$1/edit"],
  [
    /^((?:\/spaces\/[\w-]+)?\/rooms\/[\w-]+\/marketplaces\/[\w-]+)\/(?:stripe_account(?:\/destroy)?|checks)$/,
    "$1/edit",
  ],
  [/^((?:\/spaces\/[\w-]+)?\/rooms\/[\w-]+\/marketplaces\/[\w-]+)\/test_orders$/, "$1"],
  [/^((?:\/spaces\/[\w-]+)?\/rooms\/[\w-]+\/marketplaces\/[\w-]+\/orders\/[\w-]+)\/refunds$/, "$1"],
  [
    /^((?:\/spaces\/[\w-]+)?(?:\/rooms\/[\w-]+\/marketplaces\/[\w-]+)?\/callback)\/deliveries(?:\/\w+\/replay)?$/,
    "$1",
  ],
  [
    /^((?:\/spaces\/[\w-]+)?(?:\/rooms\/[\w-]+\/marketplaces\/[\w-]+)?\/statements\/[\w-]+)\/links(?:\/destroy)?$/,
    "$1",
  ],
  [/^((?:\/spaces\/[\w-]+)?\/stripe_events\/[\w-]+)\/replay$/, "$1"],
  [/^((?:\/spaces\/[\w-]+)?\/replays\/\w+)\/stop$/, "$1"],
  [/^(\/spaces\/[\w-]+)\/(?:utilities|webhook_secrets|(?:members|api_keys)(?:\/destroy)?)$/, "$1/edit"],
  [/^(\/spaces\/[\w-]+)\/(?:recoveries|rooms\/[\w-]+\/marketplaces)$/, "$1"],
  [/^\/session\/destroy$/, "/"],
];

/** The path of the page; undefined for what is no form's address. */
export function pageOfForm(path: string): string | undefined {
  const [form, page] = PAGES.find(([address]) => address.test(path)) ?? [];
  return form && page && path.replace(form, page);
}
