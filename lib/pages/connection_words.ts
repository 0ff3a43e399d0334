import type { ConnectionStatus } from "../marketplaces/connection_status.ts";
import type { Words } from "./status.ts";

export const CONNECTION_WORDS: Record<ConnectionStatus, Words> = {
  not_connected: ["Not connected", "soft"],
  onboarding: ["Not connected yet", "waiting"],
  disconnected_at_stripe: ["Disconnected at Stripe", "bad"],
  connected: ["Connected", "waiting"],
  can_be_paid: ["Connected, can be paid", "good"],
  restricted: ["Connected, restricted", "bad"],
  rejected: ["Connected, rejected", "bad"],
};
