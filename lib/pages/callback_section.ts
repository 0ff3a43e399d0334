import type { Callback } from "../callbacks/callback.ts";
import { html, type VNode } from "./html.ts";
import { Status } from "./status.ts";
import { Time } from "./time.ts";

type Facts = {
  /** What becomes of which Orders it tells. */
  of: string;
  /** The callback's page. */
  page: string;
  callback: Callback | undefined;
};

/** That a server can be called back, or that it is, and how that goes. */
export const CallbackSection = ({ of, page, callback }: Facts): VNode => html`
  <section aria-labelledby="callback">
    <h2 id="callback">Callback</h2>
    <p>
      ${
        callback
          ? html`<a href=${page}>${new URL(callback.url).host}</a> is told what becomes of ${of}.`
          : html`A server of yours can be told what becomes of ${of}: <a href=${page}>set up a callback</a>.`
      }
    </p>
    ${
      callback?.switched_off_at
        ? html`<p><${Status} words=${["Switched off", "bad"]} /> The receiver answered 410 on <${Time} at=${callback.switched_off_at} />.</p>`
        : callback?.failing_since &&
          html`<p><${Status} words=${["Failing", "bad"]} /> since <${Time} at=${callback.failing_since} /></p>`
    }
  </section>
`;
