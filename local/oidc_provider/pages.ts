import { html, raw } from "hono/html";
import { type Html, page } from "./layout.ts";
import type { Person } from "./people.ts";

/** @param typed what the form was sent with, where that was wrong */
export function signInPage(people: readonly Person[], typed?: { email: string; problem: string }): Html {
  const wrong = typed && raw('aria-invalid="true" aria-describedby="problem"');
  return page(
    "Sign in",
    html`
      <h1>Sign in to Convene</h1>
      <section>
        <h2>With one click</h2>
        <p class="soft">These people are made up, and exist on this machine only.</p>
        <ul class="people">
          ${people.map(
            ({ name, email, password, email_verified, role }) => html`<li>
              <form method="post">
                <input type="hidden" name="email" value="${email}" />
                <input type="hidden" name="password" value="${password}" />
                <button class="quiet">Sign in as ${name}</button>
              </form>
              <div>
                ${role && html`<strong>${role}</strong><br />`}
                <span class="soft">${email}${!email_verified && " (email not verified)"}</span>
              </div>
            </li>`,
          )}
        </ul>
      </section>
      <section>
        <h2>With a password</h2>
        ${typed && html`<p id="problem" class="wrong" role="alert">${typed.problem}</p>`}
        <form method="post">
          <label for="email">Email</label>
          <input id="email" name="email" type="email" autocomplete="username" required
            value="${typed?.email ?? ""}" ${wrong} />
          <label for="password">Password</label>
          <input id="password" name="password" type="password" autocomplete="current-password" required
            ${wrong} ${typed && "autofocus"} />
          <button>Sign in</button>
        </form>
        <details>
          <summary>Their passwords</summary>
          <dl>${people.map(({ name, password }) => html`<dt>${name}</dt><dd><code>${password}</code></dd>`)}</dl>
        </details>
      </section>
    `,
  );
}

/** @param form oidc-provider's own, hidden and with its token; the button belongs to it by its id */
export const signOutPage = (person: Person | undefined, form: string): Html =>
  page(
    "Sign out",
    html`
      <h1>Sign out</h1>
      <section>
        <p>${person ? html`You are signed in as ${person.name}, <code>${person.email}</code>.` : "You are signed in."}</p>
        ${raw(form)}
        <button form="op.logoutForm" name="logout" value="yes" autofocus>Sign out</button>
      </section>
    `,
  );

export const signedOutPage = (): Html =>
  page("Signed out", html`<h1>Signed out</h1><section><p>You can close this page.</p></section>`);

/** @param home where to go from here */
export const errorPage = (title: string, sentence: string, home: string | undefined): Html =>
  page(
    title,
    html`
      <h1>${title}</h1>
      <section class="trouble">
        <p role="alert">${sentence}</p>
        ${home && html`<p><a href="${home}">Back to ${home}</a></p>`}
      </section>
    `,
  );

export const notFoundPage = (home: string | undefined): Html =>
  errorPage(
    "The local issuer",
    "There is no page at this address. The page to sign in comes up when somebody signs in.",
    home,
  );

/** The sign-in that the page belonged to is over, has waited too long, or is another browser's. */
export const outOfDatePage = (home: string | undefined): Html =>
  errorPage("This page is out of date", "Go back and sign in again.", home);
