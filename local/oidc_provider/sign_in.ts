import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { errors, type default as Provider } from "oidc-provider";
import * as v from "valibot";
import { errorPage, notFoundPage, outOfDatePage, signInPage } from "./pages.ts";
import { findByPassword, type Person, subjectOf } from "./people.ts";

export const SIGN_IN_PATH = "/sign-in";

/** A field that is missing, or a file, is as wrong as an empty one. */
const Text = v.fallback(v.string(), "");
const Form = v.object({ email: Text, password: Text });

/** The page between the request of a relying party and the code that it gets.
 *  Its address and its cookie belong to one request, so another site cannot press the button. */
export function signInRoutes(
  provider: Provider,
  { people, headers, home }: { people: Person[]; headers: Record<string, string>; home: string | undefined },
): Hono<{ Bindings: HttpBindings }> {
  const routes = new Hono<{ Bindings: HttpBindings }>();
  routes.use(async (c, next) => {
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    await next();
  });

  routes.get(`${SIGN_IN_PATH}/:uid`, async (c) => {
    await provider.interactionDetails(c.env.incoming, c.env.outgoing); // throws where it is over
    return c.html(signInPage(people));
  });

  routes.post(`${SIGN_IN_PATH}/:uid`, async (c) => {
    const { incoming, outgoing } = c.env;
    const interaction = await provider.interactionDetails(incoming, outgoing);
    const typed = v.parse(Form, await c.req.parseBody().catch(() => ({})));
    const person = findByPassword(people, typed);
    if (!person) {
      const problem = "That email and that password do not belong together. Try again.";
      return c.html(signInPage(people, { email: typed.email, problem }), 400);
    }
    const accountId = subjectOf(person);
    const session = await provider.Session.get(provider.createContext(incoming, outgoing));
    if (session.accountId && session.accountId !== accountId) {
      // Somebody else is signed in here. Left to oidc-provider, they would go by a form that a script sends.
      await session.destroy();
      interaction.session = undefined;
      await interaction.save(interaction.remainingTTL);
    }
    return c.redirect(await provider.interactionResult(incoming, outgoing, { login: { accountId } }), 303);
  });

  routes.notFound((c) => c.html(notFoundPage(home), 404));

  routes.onError((error, c) => {
    if (error instanceof errors.SessionNotFound) return c.html(outOfDatePage(home), 400);
    console.error(error);
    return c.html(errorPage("Something went wrong", "The issuer's log says what.", home), 500);
  });

  return routes;
}
