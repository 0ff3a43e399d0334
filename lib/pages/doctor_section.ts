import type { Finding } from "../doctor/finding.ts";
import type { Checks } from "../doctor/kept_checks.ts";
import type { Session } from "../session/session.ts";
import { Form } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { Sentence } from "./sentence.ts";
import { Time } from "./time.ts";

const WORDS: Record<Finding["state"], [word: string, tone: string]> = {
  good: ["good", "good"],
  bad: ["to do", "bad"],
  unknown: ["check", "soft"],
};

type Facts = { checks: Checks | undefined; action: string; session: Session | undefined };

/** Each thing that must be right, in a line, as it was when it was last checked: good, or what to do. */
export const DoctorSection = ({ checks, action, session }: Facts): VNode => html`
  <section aria-labelledby="doctor">
    <h2 id="doctor">Is everything right?</h2>
    ${
      checks
        ? html`<p>Checked <${Time} at=${checks.checked_at} />.</p>
          <dl>
            ${checks.findings.map(
              ({ check, state, message }) => html`<dt>${check}</dt>
              <dd><strong class=${WORDS[state][1]}>${WORDS[state][0]}</strong> <${Sentence} text=${message} /></dd>`,
            )}
          </dl>`
        : html`<p>Nothing was checked yet, or something was changed since.</p>`
    }
    <${Form} action=${action} session=${session} button="Check now" quiet />
  </section>
`;
