import type { Marketplace } from "../marketplaces/marketplace.ts";
import { HANDLED_TYPES } from "./event_words.ts";
import { TimeSpanFields } from "./filter.ts";
import { Field, type FormState, Select } from "./form.ts";
import { type ComponentChildren, html, type VNode } from "./html.ts";

/** Which events are meant (lib/stripe_events/event_filter.ts), in the order in which what is wrong is told. */
export const EventFilterFields = ({
  formState,
  status,
  children,
}: {
  formState: FormState;
  /** The statuses that there are to choose from, and what none of them means. */
  status: { any: string; options: (readonly [value: string, label: string])[] };
  /** A {@link MarketplaceField}, where events of more than one are meant, and whatever else there is. */
  children?: ComponentChildren;
}): VNode => html`
  <div><${Select} name="status" label="Status" ...${status} formState=${formState} /></div>
  <div><${Field} name="type" label="Type" hint="Stripe's, or how some begin: charge.refunded, charge.*" suggestions=${TYPES} formState=${formState} /></div>
  ${children}
  <${TimeSpanFields} formState=${formState} />
`;

const TYPES = ["charge.*", "checkout.session.*", "refund.*", "transfer.*", ...HANDLED_TYPES];

/** One of a Space's Marketplaces: by its name, of few; of more, by its id. */
export const MarketplaceField = ({
  few,
  formState,
}: {
  few: Marketplace[] | undefined;
  formState: FormState;
}): VNode => html`
  <div>
    ${
      few
        ? html`<${Select} name="marketplace" label="Marketplace" any="Any" formState=${formState} options=${few.map(({ marketplace, name }) => [marketplace, name] as const)} />`
        : html`<${Field} name="marketplace" label="Marketplace" hint="Its id, which is in the address of its page" formState=${formState} />`
    }
  </div>
`;

/** Why what fails does so: Problems leads here with it. */
export const CauseField = ({ formState }: { formState: FormState }): VNode =>
  html`<div><${Field} name="cause" label="Cause" hint="Of what fails, as Problems has it: stripe:http_503" formState=${formState} /></div>`;
