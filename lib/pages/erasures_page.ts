import * as v from "valibot";
import { type ErasurePreview, type ErasuresJson, previewErasure } from "../erasure/preview_erasure.ts";
import { HttpError, ValidationError } from "../errors.ts";
import { TypedEmail } from "../http/email.ts";
import { erasuresPath } from "../urls.ts";
import { Field, Form, type FormState, FormTrouble } from "./form.ts";
import { html, type VNode } from "./html.ts";
import type { LazyView, PageContext } from "./route.ts";
import { Status } from "./status.ts";
import { Table } from "./table.ts";
import { Time } from "./time.ts";

/** Whom a Space has erased; and, asked with an address, what erasing that buyer comes to. For a person a wrong one is said at the form. */
export async function showErasures({ request, access, formState }: PageContext): Promise<LazyView> {
  const { space } = access;
  const typed = request.queryStringParameters?.email ?? formState.values.email;
  const parsed = typed ? v.safeParse(TypedEmail, typed) : undefined;
  const email = parsed?.success ? parsed.output : undefined;
  const wrong = parsed && !parsed.success ? parsed.issues[0].message : undefined;
  return {
    page: async () => {
      const values = { ...formState.values, ...(typed && { email: typed }) };
      const errors = { ...formState.errors, ...(wrong && { email: wrong }) };
      const state: FormState = { values, errors };
      try {
        const erasures = await previewErasure(space, email);
        return {
          title: "Erase a buyer",
          tab: "settings",
          body: erasuresPage(erasures, email, state, access),
          status: wrong ? 400 : undefined,
        };
      } catch (error) {
        if (!(error instanceof HttpError) || error.code !== "no_api_token") throw error;
        const refused = { values, errors: { ...errors, form: error.message } };
        const erasures = await previewErasure(space, undefined);
        return {
          title: "Erase a buyer",
          tab: "settings",
          body: erasuresPage(erasures, email, refused, access),
          status: error.status,
        };
      }
    },
    json: async () => {
      if (wrong) throw new ValidationError({ email: wrong });
      return await previewErasure(space, email);
    },
  };
}

const erasuresPage = (
  { data, preview }: ErasuresJson,
  email: string | undefined,
  formState: FormState,
  { space, session }: PageContext["access"],
): VNode => html`
  <${FormTrouble} formState=${formState} fields=${["confirm"]} />
  <section aria-labelledby="whom">
    <h2 id="whom">Which buyer</h2>
    <p>
      Their address, and the notes of what they bought, are taken out of this Space: out of Orders, timelines, mails and
      Stripe's events. Amounts, Stripe's ids and the ledger stay.
    </p>
    <form method="get" action=${erasuresPath(space)} novalidate>
      <${Field} name="email" type="email" label="The buyer's email address" formState=${formState} hint="You see what will be erased before you decide" />
      <button class="quiet">Continue</button>
    </form>
  </section>
  ${preview && email && html`<${Preview} space=${space} session=${session} email=${email} preview=${preview} />`}
  <section aria-labelledby="erased">
    <h2 id="erased">Erased so far</h2>
    ${
      data.length > 0
        ? html`<${Table} caption="Buyers who were erased" columns=${["Buyer", "Status", { label: "Erased", amount: true }]}
            rows=${data.map(({ buyer, erased_at, done_at }) => [
              html`<code>${buyer}</code>`,
              html`<${Status} words=${done_at ? ["Done", "good"] : ["One more look within the hour", "waiting"]} />`,
              html`<${Time} at=${erased_at} />`,
            ])} />
          <p class="hint">A buyer is a hash of the address that only this Space can make. It keeps them from coming back, and does not tell the address.</p>`
        : html`<p class="soft">Nobody yet.</p>`
    }
  </section>
`;

const Preview = ({
  space,
  session,
  email,
  preview: { orders, unsettled, mails },
}: {
  space: string;
  session: PageContext["access"]["session"];
  email: string;
  preview: ErasurePreview;
}): VNode => html`
  <section aria-labelledby="preview">
    <h2 id="preview">What will be erased</h2>
    <p>
      <strong>${orders === 1 ? "1 Order" : `${orders} Orders`}</strong> of <code>${email}</code>, and whatever else in the event log names them.
    </p>
    ${
      unsettled > 0 &&
      html`<p>${unsettled === 1 ? "1 of them is" : `${unsettled} of them are`} not paid or not settled yet. Their payments are not affected.</p>`
    }
    ${
      mails > 0 &&
      html`<p>${mails === 1 ? "1 mail" : `${mails} mails`} to the buyer ${mails === 1 ? "waits" : "wait"} to be sent, and will not be.</p>`
    }
    <p>
      <strong>What is erased does not come back.</strong> Stripe keeps what it has: have it redacted there, in Stripe's
      dashboard. The shop, whom the mails told and its callback called, keeps what it has, too; so do the tables' backups,
      for 35 days. What this buyer buys later is not erased.
    </p>
    <${Form} action=${erasuresPath(space)} session=${session} button="Erase this buyer" danger>
      <input type="hidden" name="email" value=${email} />
      <input type="hidden" name="confirm" value="true" />
    <//>
  </section>
`;
