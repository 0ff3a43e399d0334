import { type HttpError, NotSignedIn } from "../errors.ts";
import { signInUrl } from "../urls.ts";
import { html, type VNode } from "./html.ts";
import { Sentence } from "./sentence.ts";

/** What went wrong, in a sentence, and a way on. */
export function errorPage(error: HttpError): { title: string; body: VNode } {
  const [href, label] =
    error instanceof NotSignedIn ? [signInUrl(error.to), "Sign in again"] : ["/", "To my Spaces"];
  return {
    title: error.title,
    body: html`
      <section class="trouble">
        <p><${Sentence} text=${error.message} /></p>
        <p><a href=${href}>${label}</a></p>
      </section>
    `,
  };
}
