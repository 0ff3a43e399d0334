import { type Context, Hono } from "hono";
import { html } from "hono/html";
import type Stripe from "stripe";
import * as v from "valibot";
import { formatMoney } from "../../../lib/money/format_money.ts";
import { ApiError } from "../api/errors.ts";
import { Action, isBankDebit, isCard, isWaitingForBank, performAction } from "../checkout/actions.ts";
import { displayName, findAccount } from "../state/accounts.ts";
import type { Simulator } from "../state/simulator.ts";
import { type Html, notFound, page, pageHeaders, sameSiteOnly } from "./layout.ts";

type Session = Stripe.Checkout.Session;

const Form = v.object({ action: Action, email: v.optional(v.pipe(v.string(), v.email())) });

/** The page behind a session's `url`, where the buyer pays. */
export function checkoutRoutes(simulator: Simulator): Hono {
  const routes = new Hono();
  routes.use(pageHeaders, sameSiteOnly);

  routes.get("/:id", (c) => {
    const found = simulator.store.find("checkout.session", c.req.param("id"));
    return found
      ? c.html(checkoutPage(simulator, found.object))
      : notFound(c, "There is no such Checkout Session.");
  });

  routes.post("/:id", async (c) => {
    const found = simulator.store.find("checkout.session", c.req.param("id"));
    if (!found) return notFound(c, "There is no such Checkout Session.");
    const form = v.safeParse(Form, await c.req.parseBody());
    if (!form.success)
      return problem(c, found.object, "Please give a valid email address and press one of the buttons.");
    const { action, email } = form.output;
    try {
      const session = performAction(simulator, found.object.id, action, { email });
      const leaves = action === "pay" || action === "pay_later";
      return c.redirect(leaves ? successUrl(session) : c.req.path, 303);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return problem(c, found.object, error.message);
    }
  });

  const problem = (c: Context, session: Session, message: string) =>
    c.html(checkoutPage(simulator, session, message), 400);

  return routes;
}

/** https://docs.stripe.com/payments/checkout/custom-success-page */
const successUrl = ({ id, success_url }: Session) =>
  (success_url ?? "/").replaceAll("{CHECKOUT_SESSION_ID}", id);

function checkoutPage(simulator: Simulator, session: Session, problem?: string): Html {
  const account = findAccount(
    simulator,
    simulator.store.find("checkout.session", session.id)?.scope.account ?? "",
  );
  const seller = account ? displayName(account) : "";
  return page(
    `Pay ${seller}`,
    html`
      <p class="soft">${seller}${session.livemode ? "" : " · test mode"}</p>
      <h1>${session.status === "open" ? "Pay" : "Payment"}</h1>
      <p class="total">${amount(session.amount_total, session.currency)}</p>
      ${problem && html`<p class="bad note" role="alert">${problem}</p>`}
      ${lines(simulator, session)}
      ${session.status === "open" ? openPart(simulator, session) : closedPart(simulator, session)}
      <p><small>This is the Stripe simulator: no money moves.</small></p>
    `,
    { narrow: true },
  );
}

const lines = (simulator: Simulator, session: Session) => html`
  <div class="card scroll">
    <table>
      <thead><tr><th scope="col">Item</th><th scope="col" class="number">Qty</th><th scope="col" class="number">Amount</th></tr></thead>
      <tbody>
        ${simulator.store.parts("item", session.id).map(
          (line) => html`<tr>
            <td>${line.description}</td>
            <td class="number">${line.quantity}</td>
            <td class="number">${amount(line.amount_total, line.currency)}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>
`;

function openPart(simulator: Simulator, session: Session): Html {
  const takes = (wanted: (method: string) => boolean) => session.payment_method_types.some(wanted);
  return html`
    ${paymentError(simulator, session)}
    <form method="post" class="stack">
      ${
        session.customer_email
          ? html`<p>Paying as <strong>${session.customer_email}</strong></p>`
          : html`<label for="email">Email</label>
              <input id="email" name="email" type="email" autocomplete="email" required value="jenny.rosen@example.com" />`
      }
      ${session.amount_total === 0 && html`<button class="main" name="action" value="pay">Place the order</button>`}
      ${
        takes(isCard) &&
        html`<button class="main" name="action" value="pay">Pay</button>
          <button name="action" value="decline">Decline <small>(the card is declined)</small></button>`
      }
      ${takes(isBankDebit) && html`<button name="action" value="pay_later">Pay later <small>(bank debit, the bank responds later)</small></button>`}
    </form>
    ${session.cancel_url && html`<p><a href="${session.cancel_url}">Back to the shop</a></p>`}
  `;
}

function closedPart(simulator: Simulator, session: Session): Html {
  if (session.status === "expired")
    return html`<p class="bad note">This Checkout Session has expired. Nothing was paid.</p>`;
  const back = html`<p><a href="${successUrl(session)}">Continue to the shop</a></p>`;
  if (session.payment_status === "no_payment_required")
    return html`<p class="good note">There was nothing to pay.</p>${back}`;
  if (session.payment_status === "paid") return html`<p class="good note">This is paid.</p>${back}`;
  if (isWaitingForBank(simulator, session))
    return html`<p class="note">The bank debit is processing. How does the bank respond?</p>${bankButtons()}${back}`;
  return html`${paymentError(simulator, session)}${back}`;
}

const bankButtons = () => html`
  <form method="post" class="stack">
    <button class="main" name="action" value="bank_pays">Bank pays</button>
    <button name="action" value="bank_refuses">Bank refuses</button>
  </form>
`;

function paymentError(simulator: Simulator, session: Session): Html {
  const intent = simulator.store.find("payment_intent", String(session.payment_intent))?.object;
  const message = intent?.last_payment_error?.message;
  if (!message) return html``;
  const advice = session.status === "open" ? "You can try again." : "The payment failed.";
  return html`<p class="bad note" role="alert">${message} ${advice}</p>`;
}

const amount = (value: number | null, currency: string | null) => formatMoney(value ?? 0, currency ?? "usd");
