import { Hono } from "hono";
import { html } from "hono/html";
import * as v from "valibot";
import { nameOfRequirement } from "../../../lib/marketplaces/connection_status.ts";
import { type AccountLink, endVisit, findAccountLink, startVisit } from "../accounts/account_links.ts";
import { applyTransition } from "../accounts/onboarding.ts";
import { displayName, getAccount } from "../state/accounts.ts";
import type { Simulator } from "../state/simulator.ts";
import { type Html, notFound, page, pageHeaders, sameSiteOnly } from "./layout.ts";

const Form = v.object({ form: v.string(), do: v.picklist(["complete", "want_more", "later"]) });

/** The page behind an Account Link's `url`, where an account's owner submits what Stripe requires. */
export function onboardingRoutes(simulator: Simulator): Hono {
  const routes = new Hono();
  routes.use(pageHeaders, sameSiteOnly);

  routes.get("/:account/:token", (c) => {
    const link = findAccountLink(simulator, c.req.param("account"), c.req.param("token"));
    if (!link) return notFound(c, "There is no such account link.");
    const form = startVisit(simulator, link);
    return form ? c.html(onboardingPage(simulator, link, form)) : c.redirect(link.refresh_url, 303);
  });

  routes.post("/:account/:token", async (c) => {
    const link = findAccountLink(simulator, c.req.param("account"), c.req.param("token"));
    if (!link) return notFound(c, "There is no such account link.");
    const sent = v.safeParse(Form, await c.req.parseBody());
    if (!sent.success || !endVisit(simulator, link, sent.output.form))
      return c.redirect(link.refresh_url, 303);
    if (sent.output.do !== "later") applyTransition(simulator, link.account, sent.output.do);
    return c.redirect(link.return_url, 303);
  });

  return routes;
}

function onboardingPage(
  simulator: Simulator,
  { account, platform, livemode }: AccountLink,
  form: string,
): Html {
  const facts = getAccount(simulator, account);
  const due = new Set((facts.requirements?.currently_due ?? []).map(nameOfRequirement));
  return page(
    "Set up your account",
    html`
      <h1>Set up your account</h1>
      <p>
        ${displayName(getAccount(simulator, platform))} will send you money here${livemode ? "" : ", in test mode"}. The account is
        <code>${account}</code>${facts.email && html`, of ${facts.email}`}.
      </p>
      <section aria-labelledby="due">
        <h2 id="due">What Stripe wants to know</h2>
        ${
          due.size > 0
            ? html`<ul>
                ${[...due].map((name) => html`<li>${name}</li>`)}
              </ul>`
            : html`<p>Nothing more.</p>`
        }
      </section>
      <form method="post" class="stack">
        <input type="hidden" name="form" value="${form}" />
        <button name="do" value="complete">Fill in everything and submit</button>
        <button class="quiet" name="do" value="want_more">Submit, but leave an identity document for later</button>
        <button class="quiet" name="do" value="later">Save for later</button>
      </form>
    `,
    { narrow: true },
  );
}
