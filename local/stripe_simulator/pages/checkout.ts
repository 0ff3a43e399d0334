import { type Context, Hono } from "hono";
import { html } from "hono/html";
import type Stripe from "stripe";
import * as v from "valibot";
import { formatMoney } from "../../../lib/money/format_money.ts";
import { ApiError } from "../api/errors.ts";
import { Action, isBankDebit, isCard, isWaitingForBank, performAction } from "../checkout/actions.ts";
import { displayName, findAccount } from "../state/accounts.ts";
import type { Simulator } from "../state/simulator.ts";
import { type Html, notFound, page, pageHeaders, pill, sameSiteOnly, trouble } from "./layout.ts";

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
  const isOpen = session.status === "open";
  return page(
    isOpen ? `Pay ${seller}` : `Payment to ${seller}`,
    html`
      <h1>${isOpen ? "Pay" : "Payment to"} ${seller}</h1>
      <p class="total">${amount(session.amount_total, session.currency)} ${!session.livemode && pill(["Test mode", "soft"])}</p>
      ${problem && trouble(problem)}
      ${lines(simulator, session)}
      ${isOpen ? openPart(simulator, session, seller) : closedPart(simulator, session, seller)}
    `,
    { narrow: true },
  );
}

const lines = (simulator: Simulator, session: Session) => html`
  <section>
    <table class="statement">
      <caption class="unseen">What is paid for</caption>
      <tbody>
        ${simulator.store.parts("item", session.id).map(
          (line) => html`<tr>
            <th scope="row">${Number(line.quantity) > 1 && html`${line.quantity} × `}<bdi>${line.description}</bdi></th>
            <td>${amount(line.amount_total, line.currency)}</td>
          </tr>`,
        )}
        <tr class="sum"><th scope="row">Total</th><td>${amount(session.amount_total, session.currency)}</td></tr>
      </tbody>
    </table>
  </section>
`;

function openPart(simulator: Simulator, session: Session, seller: string): Html {
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
      ${session.amount_total === 0 && html`<button name="action" value="pay">Place the order</button>`}
      ${
        takes(isCard) &&
        html`<button name="action" value="pay">Pay</button>
          <button class="quiet" name="action" value="decline">Try a card that is declined</button>`
      }
      ${takes(isBankDebit) && html`<button class="quiet" name="action" value="pay_later">Pay by bank debit (settles later)</button>`}
    </form>
    ${session.cancel_url && html`<p><a href="${session.cancel_url}">Back to ${seller}</a></p>`}
  `;
}

function closedPart(simulator: Simulator, session: Session, seller: string): Html {
  if (session.status === "expired") return trouble("This Checkout Session has expired. Nothing was paid.");
  const back = html`<p><a href="${successUrl(session)}">Continue to ${seller}</a></p>`;
  if (session.payment_status === "no_payment_required")
    return html`<section class="notice">There was nothing to pay.</section>${back}`;
  if (session.payment_status === "paid") return html`<section class="notice">This is paid.</section>${back}`;
  if (isWaitingForBank(simulator, session))
    return html`<p>The bank has not answered the debit yet. What does it say?</p>${bankButtons()}${back}`;
  return html`${paymentError(simulator, session)}${back}`;
}

const bankButtons = () => html`
  <form method="post" class="stack">
    <button name="action" value="bank_pays">Bank pays</button>
    <button class="quiet" name="action" value="bank_refuses">Bank refuses</button>
  </form>
`;

function paymentError(simulator: Simulator, session: Session): Html {
  const intent = simulator.store.find("payment_intent", String(session.payment_intent))?.object;
  const message = intent?.last_payment_error?.message;
  if (!message) return html``;
  const advice = session.status === "open" ? "You can try again." : "The payment failed.";
  return trouble(`${message} ${advice}`);
}

const amount = (value: number | null, currency: string | null) => formatMoney(value ?? 0, currency ?? "usd");
