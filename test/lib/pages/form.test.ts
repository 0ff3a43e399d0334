import { renderToString } from "preact-render-to-string";
import { describe, expect, it } from "vitest";
import { AskFirst, Field, Form, FormTrouble, NOTHING_TYPED, Select } from "../../../lib/pages/form.ts";
import { html } from "../../../lib/pages/html.ts";

const session = { issuer: "i", subject: "s", email: "x@example.com", name: "Pat", csrf: "token-1" };
const EVIL = `"><script>alert(1)</script>`;

describe("Form", () => {
  const form = (changes = {}) =>
    renderToString(
      html`<${Form} action="/members" session=${session} button="Invite" ...${changes}><b>x</b><//>`,
    );

  it("posts to its action, with the session's token and what is in it", () => {
    expect(form()).toContain('<form method="post" action="/members" novalidate');
    expect(form()).toContain('<input type="hidden" name="csrf" value="token-1"');
    expect(form()).toMatch(/<b>x<\/b><button>Invite<\/button><\/form>$/);
  });

  it("says of one of many buttons which it is", () => {
    expect(form({ quiet: true, label: `Remove ${EVIL}` })).toMatch(
      /<button class="quiet" aria-label="Remove &quot;>&lt;script>/,
    );
  });

  it("has no token where nobody is signed in", () => {
    expect(form({ session: undefined })).toContain('name="csrf" value/>');
  });
});

it("AskFirst says what it will do before its red button, and of which of several", () => {
  const asked = renderToString(
    html`<${AskFirst} action="/members/destroy" session=${session} button="Remove" of="Pat" says="Pat is out at once.">
      <input type="hidden" name="email" value="pat@example.com" />
    <//>`,
  );
  expect(asked).toMatch(
    /^<details class="ask" name="ask"><summary>Remove<span class="unseen"> Pat<\/span>…<\/summary>/,
  );
  expect(asked).toMatch(/<p>Pat is out at once\.<\/p><form method="post" action="\/members\/destroy"/);
  expect(asked).toMatch(
    /value="pat@example\.com"\/?><button class="danger" aria-label="Remove Pat">Remove<\/button>/,
  );
});

describe("Select", () => {
  const options = [
    ["dead", "Given up"],
    ["succeeded", EVIL],
  ] as const;
  const select = (status = "", errors: Record<string, string> = {}) =>
    renderToString(
      html`<${Select} name="status" label="Status" any="Any" formState=${{ values: { status }, errors }} options=${options} />`,
    );

  it("sends nothing until one of its options is chosen, and keeps what was", () => {
    expect(select()).toContain('<label for="status">Status</label><select id="status" name="status"');
    expect(select()).toMatch(/<option value>Any<\/option><option value="dead">Given up<\/option>/);
    expect(select()).not.toMatch(/selected|aria-|autofocus|<script/);
    expect(select("dead")).toContain('<option value="dead" selected>');
  });

  it("keeps what is none of its options, says what is wrong, and has the focus", () => {
    const page = select(EVIL, { status: "must be one of dead, succeeded" });
    expect(page).toMatch(/<option value="&quot;>&lt;script>[^"]*" selected>/);
    expect(page).toMatch(
      /<select id="status"[^>]* aria-describedby="status-wrong" aria-invalid="true" autofocus/,
    );
    expect(page).toContain(
      'id="status-wrong" role="alert">Status must be one of Given up, &quot;>&lt;script>',
    );
    expect(page).not.toContain("<script");
    expect(select("dead", { type: "is wrong", status: "is wrong" })).not.toContain("autofocus");
  });
});

describe("Field", () => {
  const field = (changes = {}) =>
    renderToString(html`<${Field} name="email" label="Email" formState=${NOTHING_TYPED} ...${changes} />`);

  it("is an input with its label", () => {
    expect(field()).toContain('<label for="email">Email</label>');
    expect(field()).toMatch(/<input id="email" name="email" type="text" value autocomplete="off"/);
    expect(field()).not.toMatch(/aria-describedby|aria-invalid|role="alert"/);
    expect(field({ id: "member-email", type: "email" })).toMatch(
      /<label for="member-email">.*<input id="member-email" name="email" type="email"/,
    );
  });

  it("keeps what was typed, before what there was, and shows markup in it as text", () => {
    expect(field({ value: "dana@example.com" })).toContain('value="dana@example.com"');
    const formState = { values: { email: EVIL }, errors: {} };
    const page = field({ value: "dana@example.com", formState });
    expect(page).toContain('value="&quot;>&lt;script>');
    expect(page).not.toMatch(/<script|dana@/);
    expect(field({ value: "x", formState: { values: { email: "" }, errors: {} } })).toContain(
      'type="text" value autocomplete',
    );
  });

  it("says what is wrong with it, and what belongs into it, to a screen reader too", () => {
    const page = field({ hint: "They sign in with it", formState: { values: {}, errors: { email: EVIL } } });
    expect(page).toMatch(/aria-describedby="email-hint email-wrong" aria-invalid="true"/);
    expect(page).toContain('<p class="hint" id="email-hint">They sign in with it</p>');
    expect(page).toContain('<p class="wrong" id="email-wrong" role="alert">&quot;>&lt;script>');
    expect(page).not.toContain("<script");
  });

  it.each([
    ["must not be empty", "Email must not be empty."],
    ["is missing", "Email is missing."],
    ["must be such as `a@b.example`", "Email must be such as <code>a@b.example</code>."],
    ["There are spaces in it. Copy the key alone.", "There are spaces in it. Copy the key alone."],
    ["whsec_…4242 is not one of this Marketplace's", "whsec_…4242 is not one of this Marketplace's."],
  ])("says what is wrong in a whole sentence: %s", (wrong, sentence) => {
    expect(field({ formState: { values: {}, errors: { email: wrong } } })).toContain(
      `role="alert">${sentence}</p>`,
    );
  });

  it("has the focus where it is the first that is wrong", () => {
    const FOCUSED = /<input id="email"[^>]* autofocus/;
    const wrong = (...names: string[]) => ({
      formState: { values: {}, errors: Object.fromEntries(names.map((name) => [name, "is missing"])) },
    });
    expect(field(wrong("email", "name"))).toMatch(FOCUSED);
    expect(field(wrong("name", "email"))).not.toMatch(FOCUSED);
    expect(field()).not.toMatch(FOCUSED);
  });

  it("says nothing of what is wrong elsewhere", () => {
    expect(field({ formState: { values: {}, errors: { name: "is wrong" } } })).not.toContain("is wrong");
  });
});

it("says what is wrong with a form as a whole, and with its fields that nobody sees", () => {
  const trouble = (wrong: Record<string, string>, fields?: string[]) =>
    renderToString(html`<${FormTrouble} formState=${{ values: {}, errors: wrong }} fields=${fields} />`);
  expect(trouble({ form: "Somebody else saved." })).toBe(
    '<section class="trouble" role="alert">Somebody else saved.</section>',
  );
  expect(trouble({ email: "is wrong" })).toBe("");
  expect(trouble({ email: "is <b>" }, ["id", "email"])).toBe(
    '<section class="trouble" role="alert">What was sent is &lt;b>.</section>',
  );
});
