import type { Finding } from "../doctor/finding.ts";
import { html, type VNode } from "./html.ts";
import { Sentence } from "./sentence.ts";

const WORDS: Record<Finding["state"], [word: string, tone: string]> = {
  good: ["good", "good"],
  bad: ["to do", "bad"],
  unknown: ["check", "soft"],
};

/** Each thing that must be right, in a line: good, or what to do. */
export const DoctorSection = ({ findings }: { findings: Finding[] }): VNode => html`
  <section aria-labelledby="doctor">
    <h2 id="doctor">Is everything right?</h2>
    <dl>
      ${findings.map(
        ({ check, state, message }) => html`<dt>${check}</dt>
        <dd><strong class=${WORDS[state][1]}>${WORDS[state][0]}</strong> <${Sentence} text=${message} /></dd>`,
      )}
    </dl>
  </section>
`;
