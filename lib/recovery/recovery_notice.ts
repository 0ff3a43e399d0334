import type { Recovery } from "../spaces/recovery.ts";

/** What a pass came to, for who pressed the button: what is in the way first, else how much was missing. */
export function recoveryNotice({ found = { at: "" }, money }: Recovery): string {
  const { events, accounts, sessions } = found;
  const trouble = events?.trouble ?? accounts?.trouble ?? sessions?.trouble ?? money?.trouble;
  if (trouble) return `Stripe could not be asked for everything. ${trouble.message}`;
  if (sessions && sessions.paid_without_order.length > 0)
    return "Stripe was asked, and something was paid that has no Order. See below.";
  if (money?.found && money.found.unclaimed.length > 0)
    return "Stripe was asked, and money was moved that belongs to no Order. See below.";
  if (sessions && sessions.restored > 0)
    return `Stripe was asked: ${sessions.restored === 1 ? "an Order was" : `${sessions.restored} Orders were`} missing, and made anew.`;
  const missing = events?.put_in ?? 0;
  return missing > 0
    ? `Stripe was asked: ${missing} ${missing === 1 ? "event was" : "events were"} missing, and put in.`
    : "Stripe was asked, and no event was missing.";
}
