/** Why connecting came to nothing, for the person who comes back from Stripe; `code` is for the log. */
export class ConnectFailed extends Error {
  override name = "ConnectFailed";
  readonly code: ConnectFailure;

  constructor(code: ConnectFailure, options?: ErrorOptions) {
    super(SENTENCES[code], options);
    this.code = code;
  }
}

type ConnectFailure = keyof typeof SENTENCES;

const AGAIN = "Press `Connect to Stripe` to try again.";

const SENTENCES = {
  unknown_state: `This is no connection that was begun here. Open the Marketplace's page and press \`Connect to Stripe\`.`,
  state_of_another_person: `This connection was begun by somebody else. Open the Marketplace's page and press \`Connect to Stripe\` yourself.`,
  state_of_another_browser: `This connection was begun in another browser, or before you signed in again. ${AGAIN}`,
  signed_out:
    "You were signed out while you were at Stripe, so nothing was connected. Press `Connect to Stripe` again.",
  state_used: "That way back from Stripe was used already. This page shows how things stand.",
  state_expired: `You were at Stripe for more than 10 minutes, so nothing was connected. ${AGAIN}`,
  denied: `Nothing was connected: access was denied at Stripe. ${AGAIN}`,
  refused_by_stripe: `Stripe refused to begin. Check the Connect client id and the redirect URI on the page of the Stripe Utility, then press \`Connect to Stripe\` again.`,
  no_code: `Stripe sent you back with nothing to connect with. ${AGAIN}`,
  settings_changed: `The Space's Stripe key or client id was changed while you were at Stripe, so nothing was connected. ${AGAIN}`,
  code_refused: `Stripe did not take its own code: it was too old, or the Connect client id is not of this key's account, or is of the other mode. Nothing was connected. Check the client id on the page of the Stripe Utility, then press \`Connect to Stripe\` again.`,
  client_refused: `Stripe does not know the Connect client id for this Space's key. Nothing was connected. Check it on the page of the Stripe Utility, then press \`Connect to Stripe\` again.`,
  wrong_mode: `The account was connected in the other mode than this Space's key is of, so it was let go again. Check that key and client id are both test or both live, then press \`Connect to Stripe\` again.`,
  connected_to_another:
    "Somebody connected this Marketplace to another account meanwhile, and it stays with that one.",
  key_refused:
    "Stripe refuses this Space's key, so nothing was connected. When a member has saved another on the page of the Stripe Utility, press `Connect to Stripe` again.",
  busy: `Stripe asks us to slow down, so nothing was connected. Wait a minute, then press \`Connect to Stripe\` again.`,
  unavailable: `Stripe did not answer, so nothing was connected. Wait a moment, then press \`Connect to Stripe\` again.`,
} satisfies Record<string, string>;
