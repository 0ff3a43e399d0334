import type { Finding } from "../doctor/finding.ts";
import type { Checks } from "../doctor/kept_checks.ts";
import type { Session } from "../session/session.ts";
import { Form } from "./form.ts";
import { html, type VNode } from "./html.ts";
import { Sentence } from "./sentence.ts";
import { Status, type Words } from "./status.ts";
import { Table } from "./table.ts";
import { Time } from "./time.ts";

const WORDS: Record<Finding["state"], Words> = {
  good: ["Good", "good"],
  bad: ["To do", "bad"],
  unknown: ["Unknown", "soft"],
};

type Facts = { checks: Checks | undefined; action: string; session: Session | undefined };

/** Each thing that must be right, in a line, as it was when it was last checked: good, or what to do. */
export const ChecksSection = ({ checks, action, session }: Facts): VNode => html`
  <section aria-labelledby="checks">
    <h2 id="checks">Checks</h2>
    ${
      checks
        ? html`<p>Checked <${Time} at=${checks.checked_at} />.</p>
          <${Table} caption="Checks" columns=${["Check", "Status"]}
            rows=${checks.findings.map(({ check, state, message }) => [
              html`<strong>${check}</strong><br /><span class="soft"><${Sentence} text=${message} /></span>`,
              html`<${Status} words=${WORDS[state]} />`,
            ])} />`
        : html`<p>Nothing was checked since the last change.</p>`
    }
    <${Form} action=${action} session=${session} button="Check now" quiet />
  </section>
`;
