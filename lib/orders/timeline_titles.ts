/** What stands in a timeline for people: noun and verb, in the past, as in the rest of Convene. Machine names are for programs. */
const TITLES = new Map<string, string>([
  ["placed", "Entered Checkout"],
  ["carried_over", "Carried Over"],
  ["restored", "Restored From Stripe"],
  ["awaiting_payment", "Payment Pending"],
  ["payment_failed", "Payment Failed"],
  ["expired", "Checkout Expired"],
  ["paid", "Payment Received"],
  ["split_attempted", "Payment Split Attempted"],
  ["split_completed", "Payment Split Completed"],
  ["split_found_transfer", "Payment Split Detected Existing Transfer"],
  ["split_on_hold", "Payment Split Put On Hold"],
  ["split_decided", "Payment Split Decided"],
  ["share_sent_again", "Vendor Share Sent Again"],
  ["share_taken_back", "Vendor Share Taken Back"],
  ["debt_written_off", "Vendor Debt Written Off"],
  ["refund_recorded", "Refund Recorded"],
  ["refund_failed", "Refund Failed"],
  ["dispute_opened", "Dispute Opened"],
  ["dispute_won", "Dispute Won"],
  ["dispute_lost", "Dispute Lost"],
  ["buyer_notified", "Notification to Buyer Sent"],
  ["notifications_sent", "Notifications to Vendor and Distributor Sent"],
  ["notification_failed", "Notification Failed"],
  ["payment_taken_back", "Payment Taken Back By Bank"],
]);

export const timelineTitle = (entry: string): string => TITLES.get(entry) ?? entry;
