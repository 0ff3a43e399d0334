/**
 * What the pages do where script runs, and are whole without: times in the reader's own zone, buttons that copy, an event log
 * whose newest rows come in by themselves, and an Order that comes up to date. `npm run script` makes lib/pages/script.json of it.
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

/** The clipboard is closed to pages that came by http, other than from localhost; a selection is not. It lacks what is folded. */
async function copy(from: Element, text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const putWhole = (event: ClipboardEvent): void => {
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
    };
    document.addEventListener("copy", putWhole, { once: true });
    getSelection()?.selectAllChildren(from);
    document.execCommand("copy");
    getSelection()?.removeAllRanges();
    document.removeEventListener("copy", putWhole);
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
  if (from.matches("pre, .json")) from.before(button);
  else from.after(button);
}

function improve(part: ParentNode): void {
  part.querySelectorAll<HTMLTimeElement>("time:not([data-utc])").forEach(tell);
  part.querySelectorAll("pre, [data-copy]").forEach(addCopyButton);
}

/** How often a page is looked at, and how far back the log: what arrives later than that after it happened is seen by a reload. */
const LOOK_EVERY_MS = 5_000;
const LOOK_BACK_MS = 2 * 60_000;

/**
 * What changes as a whole: a row of the log, which is the event that it leads to, and a part of an Order's page, which is what
 * it is named by. What a part was before it was improved says whether it has changed.
 */
const PARTS = "tbody > tr, [data-parts] > :not([data-parts])";
const idOf = (part: Element): string | null | undefined =>
  part.getAttribute("aria-labelledby") ?? (part.id || part.querySelector("a")?.getAttribute("href"));
const cameAs = new WeakMap<Element, string>();
const remember = (live: Element): void => {
  for (const part of live.querySelectorAll(PARTS)) cameAs.set(part, part.outerHTML);
};
const rowsOf = (part: ParentNode): Element[] => [...part.querySelectorAll("tbody > tr")];

/** @returns what is live at an address; undefined where there is none any more, as when one has been signed out */
async function fetchLive(url: URL | string, id: string): Promise<HTMLElement | undefined> {
  const headers = { accept: "text/html", "x-requested-with": "script" };
  const answer = await fetch(url, { headers, redirect: "manual" });
  if (!answer.ok) return undefined;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const live = page.getElementById(id) ?? undefined;
  if (live) remember(live);
  return live;
}

/** Whether somebody is in there, or has typed what is not sent yet. */
const isBusy = (part: Element): boolean =>
  part.contains(document.activeElement) ||
  [...part.querySelectorAll("input")].some(({ value, defaultValue }) => value !== defaultValue);

/**
 * Puts new parts where they belong, and those that have changed in the place of what they were.
 * @returns whether that is all of them: what somebody is busy with stays as it is
 */
function merge(into: Element, parts: Iterable<Element>): boolean {
  const known = new Map([...into.children].map((part) => [idOf(part), part]));
  let next = into.firstElementChild;
  let isAll = true;
  for (const part of parts) {
    const before = known.get(idOf(part));
    if (!before) {
      part.classList.add("arrived");
      into.insertBefore(part, next);
      improve(part);
      continue;
    }
    next = before.nextElementSibling;
    if (part.hasAttribute("data-parts")) isAll = renew(before, part) && isAll;
    else if (cameAs.get(before) === cameAs.get(part)) continue;
    else if (isBusy(before)) isAll = false;
    else {
      before.replaceWith(part);
      improve(part);
    }
  }
  return isAll;
}

/** The same where `latest` has all the parts that there are: others go. */
function renew(shown: Element, latest: Element): boolean {
  const ids = new Set([...latest.children].map(idOf));
  const gone = [...shown.children].filter((part) => !ids.has(idOf(part)));
  const free = gone.filter((part) => !isBusy(part));
  for (const part of free) part.remove();
  return merge(shown, [...latest.children]) && free.length === gone.length;
}

/** What a look finds: that there may be more, that all is over, or that nothing can be seen. */
type Look = () => Promise<"more" | "over" | "lost">;

function lookAtLog(log: HTMLElement): Look {
  const ahead = Date.parse(log.dataset.live ?? "") - Date.now();
  let shown: Element = log;
  return async () => {
    const url = new URL(location.href);
    url.searchParams.set("from", new Date(Date.now() + ahead - LOOK_BACK_MS).toISOString());
    const latest = await fetchLive(url, log.id);
    if (!latest) return "lost";
    const rows = rowsOf(latest);
    if (rows.length === 0) return "more";
    const into = shown.querySelector("tbody");
    if (into && !latest.querySelector("nav.pager")) {
      merge(into, rows);
      return "more";
    }
    // There was nothing before, or there is more than comes at once.
    const whole = await fetchLive(location.href, log.id);
    if (!whole) return "lost";
    shown.replaceWith(whole);
    shown = whole;
    improve(whole);
    return "more";
  };
}

const lookAtOrder =
  (order: HTMLElement): Look =>
  async () => {
    const latest = await fetchLive(location.href, order.id);
    if (!latest) return "lost";
    const isAll = renew(order, latest);
    return isAll && latest.dataset.live === undefined ? "over" : "more";
  };

/** Looks again and again, while the page is seen, until somebody pauses it or all is over. */
function keepLive(look: Look): void {
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

  const lookAgain = async (): Promise<void> => {
    if (isOn && document.visibilityState === "visible") {
      const found = await look().catch(() => "more"); // the next look may fare better
      if (found !== "more") turn(false);
      if (found === "over" && button !== document.activeElement) return button.remove();
    }
    setTimeout(lookAgain, LOOK_EVERY_MS);
  };
  setTimeout(lookAgain, LOOK_EVERY_MS);
}

const live = document.querySelector<HTMLElement>("[data-live]");
if (live) remember(live);
improve(document);
if (live) keepLive(live.id === "log" ? lookAtLog(live) : lookAtOrder(live));
