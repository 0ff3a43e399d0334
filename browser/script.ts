/**
 * What the pages do where script runs, and are whole without: times in the reader's own zone, buttons that copy, and an event
 * log whose newest rows come in by themselves. `npm run script` makes lib/pages/script.json of it.
 */

const language = document.documentElement.lang;

const RELATIVE = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
/** In ms, the largest first. What is older than 30 days is told by its date. */
const UNITS: [unit: Intl.RelativeTimeFormatUnit, ms: number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];
const OLD_MS = 30 * 86_400_000;

/** `3 minutes ago`; undefined of what is long ago, or far ahead. */
function relative(ms: number): string | undefined {
  if (Math.abs(ms) > OLD_MS) return undefined;
  const [unit, size] = UNITS.find(([, each]) => Math.abs(ms) >= each) ?? (["second", 1_000] as const);
  return RELATIVE.format(Math.trunc(ms / size), unit);
}

/** `Dec 1, 14:02:07 GMT+1`, of the reader's zone; with the year where that is not this one. */
const exact = (at: Date): string =>
  at.toLocaleString(language, {
    ...(at.getFullYear() !== new Date().getFullYear() && { year: "numeric" }),
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  });

/** The UTC that the page came with is what one points at. */
function tell(time: HTMLTimeElement): void {
  const at = new Date(time.dateTime);
  time.title ||= time.textContent ?? "";
  const ago = "ago" in time.dataset ? relative(at.getTime() - Date.now()) : undefined;
  time.textContent = ago ?? exact(at);
}

const AGO_EVERY_MS = 10_000;
setInterval(() => document.querySelectorAll<HTMLTimeElement>("time[data-ago]").forEach(tell), AGO_EVERY_MS);

/** The clipboard is closed to pages that came by http, other than from localhost; a selection is not. */
async function copy(from: Element, text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    getSelection()?.selectAllChildren(from);
    document.execCommand("copy");
    getSelection()?.removeAllRanges();
  }
}

const COPIED_MS = 2_000;

function addCopyButton(from: Element): void {
  const text = from.textContent?.trim() ?? "";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet copy";
  const say = (word: string): void => {
    button.textContent = word;
    button.ariaLabel = `${word} ${text.slice(0, 60)}`;
  };
  say("Copy");
  button.addEventListener("click", async () => {
    await copy(from, text);
    say("Copied");
    setTimeout(say, COPIED_MS, "Copy");
  });
  // What is long has it at its beginning.
  if (from.tagName === "PRE") from.before(button);
  else from.after(button);
}

function improve(part: ParentNode): void {
  part.querySelectorAll<HTMLTimeElement>("time:not([data-utc])").forEach(tell);
  part.querySelectorAll("pre, [data-copy]").forEach(addCopyButton);
}

/** How often the log is looked at, and how far back: what arrives later than that after it happened is seen by a reload. */
const LOOK_EVERY_MS = 5_000;
const LOOK_BACK_MS = 2 * 60_000;

/** A row is the event that it leads to; and what it was before it was improved says whether it has changed. */
const idOf = (row: Element): string | null | undefined => row.querySelector("a")?.getAttribute("href");
const cameAs = new WeakMap<Element, string>();
const rowsOf = (part: ParentNode): Element[] => [...part.querySelectorAll("tbody > tr")];
const remember = (part: ParentNode): void => {
  for (const row of rowsOf(part)) cameAs.set(row, row.outerHTML);
};

/** @returns the log at an address; undefined where there is none any more, as when one has been signed out */
async function fetchLog(url: URL | string): Promise<Element | undefined> {
  const headers = { accept: "text/html", "x-requested-with": "script" };
  const answer = await fetch(url, { headers, redirect: "manual" });
  if (!answer.ok) return undefined;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.getElementById("log") ?? undefined;
}

/** Puts new rows where they belong, and those that have changed in the place of what they were, unless somebody is in there. */
function merge(into: Element, rows: Element[]): void {
  const known = new Map(rowsOf(into).map((row) => [idOf(row), row]));
  let next = into.firstElementChild;
  for (const row of rows) {
    const before = known.get(idOf(row));
    if (!before) {
      row.classList.add("arrived");
      into.insertBefore(row, next);
      improve(row);
      continue;
    }
    next = before.nextElementSibling;
    if (cameAs.get(before) === cameAs.get(row) || before.contains(document.activeElement)) continue;
    before.replaceWith(row);
    improve(row);
  }
}

function keepLive(log: HTMLElement): void {
  const ahead = Date.parse(log.dataset.live ?? "") - Date.now();
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet live";
  button.textContent = "Live";
  let isOn = true;
  const turn = (on: boolean): void => {
    isOn = on;
    button.ariaPressed = String(on);
  };
  turn(true);
  button.addEventListener("click", () => turn(!isOn));
  document.querySelector("h1")?.after(button);

  let shown: Element = log;
  const look = async (): Promise<void> => {
    const url = new URL(location.href);
    url.searchParams.set("from", new Date(Date.now() + ahead - LOOK_BACK_MS).toISOString());
    const latest = await fetchLog(url);
    if (!latest) return turn(false);
    const rows = rowsOf(latest);
    if (rows.length === 0) return;
    const into = shown.querySelector("tbody");
    remember(latest);
    if (into && !latest.querySelector("nav.pager")) return merge(into, rows);
    // There was nothing before, or there is more than comes at once.
    const whole = await fetchLog(location.href);
    if (!whole) return turn(false);
    remember(whole);
    shown.replaceWith(whole);
    shown = whole;
    improve(whole);
  };
  const lookAgain = async (): Promise<void> => {
    if (isOn && document.visibilityState === "visible") await look().catch(() => {}); // the next look may fare better
    setTimeout(lookAgain, LOOK_EVERY_MS);
  };
  setTimeout(lookAgain, LOOK_EVERY_MS);
}

const log = document.querySelector<HTMLElement>("#log[data-live]");
if (log) remember(log);
improve(document);
if (log) keepLive(log);
