import { signInUrl } from "../urls.ts";
import type { Document } from "./document.ts";
import { html } from "./html.ts";

/** Says that the person is signed out here, and goes on to `issuerUrl`, where the issuer signs them out too, if it can. */
export function signedOutPage(issuerUrl: string | undefined): Document {
  const title = "You are signed out";
  if (!issuerUrl) {
    const body = html`
      <section class="notice">
        <p>
          You are signed out here. The sign-in service may still know you, and then lets you in again without asking for
          your password.
        </p>
        <p><a href=${signInUrl("/")}>Sign in again</a></p>
      </section>
    `;
    return { title, body };
  }
  const { host } = new URL(issuerUrl);
  const body = html`
    <section class="notice">
      <p>You are signed out here, and go on to the sign-in service, which may still know you.</p>
      <p><a href=${issuerUrl}>Sign out at ${host}, too</a></p>
    </section>
  `;
  return { title, body, goesOnTo: issuerUrl };
}
