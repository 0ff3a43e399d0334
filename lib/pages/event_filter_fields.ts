import type { Marketplace } from "../marketplaces/marketplace.ts";
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
  /** A {@link MarketplaceField}, where events of more than one are meant. */
  children?: ComponentChildren;
}): VNode => html`
  <${Select} name="status" label="Status" ...${status} formState=${formState} />
  <${Field} name="type" label="Type" hint="Stripe's, or how some begin: charge.refunded, charge.*" formState=${formState} />
  ${children}
  <${Field} name="cause" label="Cause" hint="Of what fails, as Problems has it: stripe:http_503" formState=${formState} />
  <${TimeSpanFields} formState=${formState} />
`;

/** One of a Space's Marketplaces: by its name, of few; of more, by its id. */
export const MarketplaceField = ({
  few,
  formState,
}: {
  few: Marketplace[] | undefined;
  formState: FormState;
}): VNode =>
  few
    ? html`<${Select} name="marketplace" label="Marketplace" any="Any" formState=${formState} options=${few.map(({ marketplace, name }) => [marketplace, name] as const)} />`
    : html`<${Field} name="marketplace" label="Marketplace" hint="Its id, which is in the address of its page" formState=${formState} />`;
