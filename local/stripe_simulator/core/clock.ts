/** Stripe's timestamps are whole seconds. */
export const nowSeconds = () => Math.floor(Date.now() / 1000);
