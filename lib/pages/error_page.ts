import { type HttpError, NotSignedIn } from "../errors.ts";
import { signInUrl } from "../urls.ts";
import { html, type VNode } from "./html.ts";
import { Sentence } from "./sentence.ts";

const TITLES: Record<number, string> = {
  400: "That did not work",
  401: "You were signed out",
  403: "Not this way",
  404: "Nothing here",
  409: "Somebody was faster",
  503: "Not now",
};

/** What went wrong, in a sentence, and a way on. */
export function errorPage(error: HttpError): { title: string; body: VNode } {
  const [href, label] =
    error instanceof NotSignedIn ? [signInUrl(error.to), "Sign in again"] : ["/", "To my Spaces"];
  return {
    title: TITLES[error.status] ?? "Something went wrong",
    body: html`
      <section class="trouble">
        <p><${Sentence} text=${error.message} /></p>
        <p><a href=${href}>${label}</a></p>
      </section>
    `,
  };
}
