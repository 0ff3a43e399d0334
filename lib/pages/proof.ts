import { formatMoney } from "../money/format_money.ts";
import type { Proof } from "../orders/proof.ts";
import { html, type VNode } from "./html.ts";
import { Time } from "./time.ts";

type Facts = { proof: Proof; currency: string };

/** By how much an Order does not come out, and where. */
export const NotProved = ({ proof, currency }: Facts): VNode => html`
  <strong class="bad">Difference ${formatMoney(proof.difference, currency)}</strong> ${proof.detail}
`;

/** Whether an Order comes out to the cent by Stripe's own records. */
export const ProofLine = ({ proof, currency }: Facts): VNode => html`
  <p>
    ${
      proof.state === "off"
        ? html`<${NotProved} proof=${proof} currency=${currency} />`
        : proof.state === "ok"
          ? "Matches Stripe's balance transactions"
          : proof.detail
    }${" "}
    <span class="soft">${proof.state !== "ok" && "Compared with Stripe's balance transactions "}on <${Time} at=${proof.at} /></span>
  </p>
`;
