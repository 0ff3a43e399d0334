import type { Session } from "../session/session.ts";
import { type ComponentChildren, html, type VNode } from "./html.ts";
import { Sentence } from "./sentence.ts";

/** What was typed into a form, and what is wrong with it, by field; `form` is the form as a whole. */
export type FormState = { values: Record<string, string>; errors: Record<string, string> };

export const NOTHING_TYPED: FormState = { values: {}, errors: {} };

/** What was wrong with a webhook secret is shown, the secret itself is not: it would stand in the page. */
export const withoutWebhookSecret = ({ values, errors }: FormState): FormState => ({
  errors,
  values: { ...values, add_webhook_secret: "" },
});

type FormFacts = {
  action: string;
  session: Session | undefined;
  button: string;
  /** A small button, for one of many, or for what is not the page's first purpose. */
  quiet?: boolean;
  /** Red, for what takes away what cannot be had back by the same form. */
  danger?: boolean;
  /** What a screen reader says instead of the button's word, where that alone would not tell one from another. */
  label?: string;
  children?: ComponentChildren;
};

/** A form with the token that proves it is of this session. */
export const Form = ({ action, session, button, quiet, danger, label, children }: FormFacts): VNode => html`
  <form method="post" action=${action} novalidate>
    <input type="hidden" name="csrf" value=${session?.csrf ?? ""} />
    ${children}
    <button class=${[quiet && "quiet", danger && "danger"].filter(Boolean).join(" ") || undefined} aria-label=${label}>${button}</button>
  </form>
`;

type AskFacts = Omit<FormFacts, "quiet" | "danger" | "label"> & {
  /** What it will do, as a sentence. */
  says: ComponentChildren;
  /** Which of several it is for, for who does not see beside what it stands. */
  of?: string;
};

/**
 * What takes away what cannot be had back by the same form: behind its name it says what it will do, and only there is the red
 * button that does it.
 */
export const AskFirst = ({ says, button, of, ...form }: AskFacts): VNode => html`
  <details class="ask" name="ask">
    <summary>${button}${of && html`<span class="unseen"> ${of}</span>`}…</summary>
    <div>
      <p>${says}</p>
      <${Form} ...${form} button=${button} label=${of && `${button} ${of}`} danger />
    </div>
  </details>
`;

type FieldFacts = {
  /** One form of a page may have a field of the same name as another, but ids are the page's. */
  id?: string;
  name: string;
  label: string;
  formState: FormState;
  value?: string;
  hint?: ComponentChildren;
  type?: "text" | "email" | "search" | "datetime-local";
  /** What may be typed, among others. */
  suggestions?: readonly string[];
};

/** What is wrong as a sentence, on a page; a program reads it behind the field's name: `must be …`, `is missing`. */
function sentenceOf(wrong: string, label: string): string {
  const sentence = /^(?:must|is) /.test(wrong) ? `${label.replace(/ \(.*\)$/, "")} ${wrong}` : wrong;
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

/** What is wrong with a field, and whether it is the first: what is wrong is told in the order that the fields stand in. */
function troubleOf({ name, label, formState: { errors } }: Pick<FieldFacts, "name" | "label" | "formState">) {
  const complaint = errors[name];
  return {
    wrong: complaint && sentenceOf(complaint, label),
    isFirstWrong: Object.keys(errors)[0] === name,
  };
}

/** A labelled input that keeps what was typed, and says what is wrong with it. */
export const Field = ({
  name,
  id = name,
  label,
  formState,
  value = "",
  hint,
  type = "text",
  suggestions,
}: FieldFacts): VNode => {
  const { wrong, isFirstWrong } = troubleOf({ name, label, formState });
  const described = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(" ");
  return html`
    <label for=${id}>${label}</label>
    ${hint && html`<p class="hint" id=${`${id}-hint`}>${hint}</p>`}
    <input
      id=${id}
      name=${name}
      type=${type}
      value=${formState.values[name] ?? value}
      autocomplete="off"
      spellcheck="false"
      aria-describedby=${described || undefined}
      aria-invalid=${wrong ? "true" : undefined}
      autofocus=${isFirstWrong}
      list=${suggestions && `${id}-list`}
    />
    ${suggestions && html`<datalist id=${`${id}-list`}>${suggestions.map((each) => html`<option value=${each} />`)}</datalist>`}
    ${wrong && html`<${Wrong} id=${id} wrong=${wrong} />`}
  `;
};

const Wrong = ({ id, wrong }: { id: string; wrong: string }): VNode =>
  html`<p class="wrong" id=${`${id}-wrong`} role="alert"><${Sentence} text=${wrong} /></p>`;

/** One of several in a list, of which the first, that nobody chose, is sent as nothing. What an address says that is none of them stays. */
export const Select = ({
  name,
  label,
  formState,
  any,
  options,
}: Pick<FieldFacts, "name" | "label" | "formState"> & {
  /** What it says where nothing is chosen. */
  any: string;
  /** What is sent, and what it means. */
  options: (readonly [value: string, label: string])[];
}): VNode => {
  const { errors } = formState;
  // Programs are told what may be sent; here stand the words for it.
  const inWords = errors[name]?.startsWith("must be one of ") && {
    [name]: `must be one of ${options.map(([, words]) => words).join(", ")}`,
  };
  const { wrong, isFirstWrong } = troubleOf({
    name,
    label,
    formState: { ...formState, errors: { ...errors, ...inWords } },
  });
  const value = formState.values[name];
  const isNone = value && options.every(([each]) => each !== value);
  return html`
    <label for=${name}>${label}</label>
    <select
      id=${name}
      name=${name}
      aria-describedby=${wrong ? `${name}-wrong` : undefined}
      aria-invalid=${wrong ? "true" : undefined}
      autofocus=${isFirstWrong}
    >
      <option value="">${any}</option>
      ${options.map(([each, words]) => html`<option value=${each} selected=${each === value}>${words}</option>`)}
      ${isNone && html`<option value=${value} selected>${value}</option>`}
    </select>
    ${wrong && html`<${Wrong} id=${name} wrong=${wrong} />`}
  `;
};

type ChoiceFacts = Pick<FieldFacts, "name" | "label" | "formState"> & {
  /** What is sent, and what it means. */
  choices: [value: string, label: ComponentChildren][];
};

/** One of several, of which none is chosen until somebody does. */
export const Choice = ({ name, label, formState, choices }: ChoiceFacts): VNode => {
  const { wrong, isFirstWrong } = troubleOf({ name, label, formState });
  return html`
    <fieldset aria-describedby=${wrong ? `${name}-wrong` : undefined}>
      <legend>${label}</legend>
      ${choices.map(
        ([value, meaning], index) => html`<label class="choice">
          <input
            type="radio"
            name=${name}
            value=${value}
            checked=${formState.values[name] === value}
            aria-invalid=${wrong ? "true" : undefined}
            autofocus=${isFirstWrong && index === 0}
          />
          <span>${meaning}</span>
        </label>`,
      )}
      ${wrong && html`<${Wrong} id=${name} wrong=${wrong} />`}
    </fieldset>
  `;
};

/** What one must agree to, once it is told why: there is nothing to tick before. */
export const Confirmation = ({
  name,
  label,
  formState,
}: Pick<FieldFacts, "name" | "label" | "formState">): VNode | null => {
  const why = formState.errors[name];
  return why
    ? html`
        <${Wrong} id=${name} wrong=${why} />
        <label class="choice">
          <input type="checkbox" name=${name} value="true" aria-describedby=${`${name}-wrong`} />
          <span>${label}</span>
        </label>
      `
    : null;
};

/** At the top of a page: what is wrong with a form as a whole, or with one of its `fields` that nobody sees. */
export function FormTrouble({
  formState: { errors },
  fields = [],
}: {
  formState: FormState;
  fields?: string[];
}): VNode | null {
  const trouble = ["form", ...fields].map((field) => errors[field]).find(Boolean);
  return trouble
    ? html`<section class="trouble" role="alert"><${Sentence} text=${sentenceOf(trouble, "What was sent")} /></section>`
    : null;
}
