import { createHash } from "node:crypto";

/** All of the pages' look. It stands in the page itself, and the Content-Security-Policy names it by its hash. */
const SOURCE = `
:root { color-scheme: light dark; --ink: #1c1f2b; --soft: #5b6072; --paper: #f6f7f9; --card: #fff; --line: #dcdee6; --hover: #f3f4f8;
  --accent: #4f46e5; --on-accent: #fff; --good: #12643f; --on-good: #e2f5ea; --waiting: #7a4a00; --on-waiting: #fdf0d3;
  --bad: #a5122a; --on-bad: #fdeaec; --over: #4a4f60; --on-over: #ebecf1; --danger: #b3172f; --on-danger: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9eaf0; --soft: #a4a9bb; --paper: #14161d; --card: #1d2029; --line: #363b4a; --hover: #242833;
  --accent: #a5a1ff; --on-accent: #14161d; --good: #74d6a4; --on-good: #14332a; --waiting: #f2c777; --on-waiting: #3a2d10;
  --bad: #ff9aa8; --on-bad: #44181f; --over: #bcc1d0; --on-over: #2c303c; --danger: #ff9aa8; --on-danger: #14161d; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
header, main, nav.tabs { max-width: 64rem; margin: 0 auto; padding: 1rem; }
header { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; padding-block: .75rem; font-size: .925rem; }
header > nav { flex: 1 1 auto; }
header ol { display: flex; flex-wrap: wrap; gap: .25rem 0; margin: 0; padding: 0; list-style: none; }
header li + li::before { content: "/" / ""; color: var(--soft); margin: 0 .5rem; }
header a { color: inherit; text-decoration: none; font-weight: 600; } header a:hover { text-decoration: underline; }
header form, form.find { display: flex; gap: .75rem; align-items: center; }
header .soft { font-size: .85rem; line-height: 1.35; margin: 0; text-align: right; }
form.find { flex: 0 1 20rem; gap: .5rem; } form.find input { padding: .3rem .6rem; background: var(--card); border-color: var(--line); min-width: 8rem; }
nav.tabs { padding-block: 0; } nav.tabs ul { display: flex; flex-wrap: wrap; gap: 0 1.5rem; margin: 0; padding: 0; list-style: none; border-bottom: 1px solid var(--line); }
nav.tabs a { display: block; padding: .5rem 0; margin-bottom: -1px; color: var(--soft); text-decoration: none; font-weight: 600; border-bottom: 2px solid transparent; }
nav.tabs a:hover { color: var(--ink); } nav.tabs a[aria-current] { color: var(--accent); border-color: var(--accent); }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0 1rem; }
h2 { font-size: 1.15rem; margin: 0 0 .75rem; }
section { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1.25rem; margin: 0 0 1.25rem; }
a { color: var(--accent); }
ul.rows { list-style: none; margin: 0 0 1rem; padding: 0; }
ul.rows li { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: center; justify-content: space-between;
  padding: .6rem 0; border-top: 1px solid var(--line); }
ul.rows li:first-child { border-top: 0; }
ul.rows li > :first-child:not(:only-child) { flex: 1 1 10rem; }
ul.rows details { margin-top: .25rem; }
ul.rows .soft { margin: 0; }
form + ul.rows, dl + form, form + dl, form + .actions, section > form + form { margin-top: 1rem; }
label { display: block; font-weight: 600; margin: .75rem 0 .25rem; }
input, select { display: block; width: 100%; max-width: 36rem; padding: .6rem .7rem; font: inherit; color: inherit; background: var(--paper);
  border: 1px solid var(--soft); border-radius: .4rem; }

fieldset { border: 0; margin: .75rem 0 0; padding: 0; }
legend { font-weight: 600; padding: 0; }
label.choice { display: flex; gap: .6rem; align-items: baseline; font-weight: 400; margin: .25rem 0; }
label.choice input { width: auto; flex: none; }
:is(input, select)[aria-invalid] { border-color: var(--bad); border-width: 2px; }
.hint, .soft { color: var(--soft); font-size: .925rem; margin: 0 0 .25rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1.25rem; margin-bottom: 1.25rem; } .pair > section { margin: 0; } .pair > :last-child:nth-child(odd) { grid-column: 1 / -1; } .pair > .screen { align-self: start; }
.standing { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; margin: -.5rem 0 1.25rem; } .standing > .total { font-size: 1.25rem; font-variant-numeric: tabular-nums; }
table.statement { display: block; max-width: 32rem; margin: 0 0 1rem; } table.statement tbody { display: block; }
table.statement caption { display: block; text-align: left; }
table.statement tr { display: flex; gap: 1rem; padding: .3rem 0; }
table.statement th { flex: 1 1 0; min-width: 8rem; text-align: left; font-weight: 400; padding: 0; }
table.statement td { flex: 0 1 auto; text-align: right; padding: 0; font-variant-numeric: tabular-nums; }
table.statement .sum { border-top: 1px solid var(--line); } table.statement .sum > * { font-weight: 600; }
strong.step { color: var(--ink); font-size: inherit; } .step::before { content: "" / ""; display: inline-block; width: .6rem; height: .6rem; border-radius: 50%; margin-right: .5rem; background: var(--soft); }
.step.good::before { background: var(--good); } .step.bad::before { background: var(--bad); }
ul.plain { list-style: none; margin: 0; padding: 0; font-size: .925rem; } ul.plain time { color: var(--soft); }
progress { width: 100%; height: .8rem; accent-color: var(--accent); }
p + .actions { margin-top: .75rem; } .actions button { margin: 0; } dl + .actions { margin: 1rem 0 .5rem; }
.actions, nav.pager { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; } .actions :is(button.quiet, .ask summary, .ask button) { white-space: normal; text-align: left; }
ul.rows:empty, .actions:empty { display: none; }
time, .number { white-space: nowrap; }
h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
.good { color: var(--good); } .waiting { color: var(--waiting); } .bad { color: var(--bad); }
.pill { display: inline-block; padding: .05rem .6rem; border-radius: 1rem; font-size: .85rem; font-weight: 600; line-height: 1.5; white-space: nowrap; background: var(--on-over); color: var(--over); margin: 0; }
.pill.good { background: var(--on-good); color: var(--good); } .pill.waiting { background: var(--on-waiting); color: var(--waiting); } .pill.bad { background: var(--on-bad); color: var(--bad); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
table.list { width: 100%; border-collapse: collapse; margin: 0 0 1rem; }
table.list th, table.list td { text-align: left; vertical-align: baseline; padding: .55rem 1rem .55rem 0; border-top: 1px solid var(--line); }
table.list thead th { border-top: 0; color: var(--soft); font-size: .85rem; font-weight: 600; padding-top: 0; white-space: nowrap; }
table.list tbody th { font-weight: 400; } table.list a { text-underline-offset: .2em; text-decoration-color: var(--line); } table.list td a:not(.quiet) { color: inherit; } table.list a:hover { text-decoration-color: currentcolor; } table.list tbody tr:hover { background: var(--hover); }
table.list .amount { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; } table.list tr > :last-child { padding-right: 0; }
.chart svg { display: block; width: 100%; fill: var(--accent); font-size: 13px; } .chart svg .bad { fill: var(--danger); } .chart text { fill: var(--soft); } .chart .axis { stroke: var(--line); } @media (max-width: 40rem) { .chart svg { font-size: 25px; } }
.figures tbody { font-size: 1.1rem; } .figures tbody td { font-weight: 600; }
@media (max-width: 40rem) { table.list thead { display: none; } table.list, table.list tbody, table.list tr, table.list th { display: block; }
  table.list tr { border-top: 1px solid var(--line); padding: .6rem 0; } table.list tbody tr:first-child { border-top: 0; }
  table.list tbody th, table.list td { border: 0; padding: .1rem 0; } table.list tbody .amount { text-align: left; white-space: normal; }
  table.list td { display: block; position: relative; padding-left: 8rem; } table.list td::before { content: attr(data-label); position: absolute; left: 0; color: var(--soft); font-size: .85rem; }
  table.list td:empty, table.list .desk { display: none; } table.list time { white-space: normal; } table.list td:has(> ul.plain) { padding-left: 0; } table.list td:has(> ul.plain)::before { position: static; } }
details.filter { margin: 0 0 1rem; } form.filter { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: start; margin-top: .5rem; }
form.filter > div { flex: 1 1 7rem; } form.filter > div:has([type=datetime-local]) { flex-basis: 11.5rem; } form.filter label { font-size: .85rem; margin: 0 0 .15rem; }
form.filter input, form.filter select { padding: .4rem .5rem; font-size: .875rem; background: var(--card); border-color: var(--line); height: 2.25rem; }
form.filter .hint { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } form.filter button { height: 2.25rem; align-self: end; margin: 0; padding: .3rem .8rem; } form.filter .choice input { height: auto; } form.filter .choice { margin: .35rem 0; font-size: .925rem; } form.filter .wrong { font-size: .85rem; }
@supports selector(::details-content) { @media (min-width: 60rem) { details.filter > summary { display: none; } details.filter::details-content { content-visibility: visible; } } }
.chips, .chips ul { display: flex; flex-wrap: wrap; gap: .4rem .6rem; align-items: center; margin: 0; padding: 0; list-style: none; } .chips { justify-content: space-between; margin-bottom: 1rem; font-size: .875rem; }
.chip { display: inline-block; padding: .1rem .6rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--card); color: inherit; text-decoration: none; } .chip:hover { border-color: var(--accent); }
details { margin-top: 1rem; }
summary { cursor: pointer; color: var(--accent); }
details.ask { margin: 0; position: relative; } details.ask > summary { display: inline-block; font-weight: 600; padding: .3rem .8rem; color: var(--danger); border: 1px solid var(--danger); border-radius: .4rem; white-space: nowrap; }
details.ask > summary::-webkit-details-marker { display: none; } details.ask > div { text-align: left; white-space: normal; padding-top: .75rem; } details.ask p { margin: 0; }
@media (min-width: 40.01rem) { :is(.rows, .list) details.ask > div { position: absolute; right: 0; z-index: 1; width: 22rem; margin-top: .4rem; padding: 1rem; background: var(--card);
  border: 1px solid var(--line); border-radius: .6rem; box-shadow: 0 .5rem 1.5rem rgb(0 0 0 / .18); } }
p.soft { margin-bottom: .75rem; } section > :first-child { margin-top: 0; } section > :last-child, section > table:last-child, section > form:last-child > :last-child { margin-bottom: 0; }
.wrong { color: var(--bad); margin: .25rem 0 0; }
.notice { border-left: .3rem solid var(--good); }
.trouble { border-left: .3rem solid var(--bad); }
button { font: inherit; font-weight: 600; padding: .55rem 1.1rem; margin-top: .9rem; border-radius: .4rem; cursor: pointer;
  border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); }
button.danger { border-color: var(--danger); background: var(--danger); color: var(--on-danger); }
button.quiet, a.quiet, nav.pager a { margin: 0; padding: .3rem .8rem; background: transparent; color: var(--accent); white-space: nowrap; }
:is(input:not([type=hidden]), fieldset, .wrong) + button.quiet { margin-top: .9rem; } header button.quiet.quiet, form.find button.quiet.quiet { margin: 0; }
a.quiet, nav.pager a { display: inline-block; font-weight: 600; text-decoration: none; border: 1px solid var(--accent); border-radius: .4rem; }
button.quiet.danger { color: var(--danger); }
button.copy { margin: 0 0 0 .5rem; padding: 0 .5rem; font-size: .75rem; border-color: var(--line); } button.copy:has(+ :is(pre, .json)) { float: right; position: relative; margin: .7rem .6rem 0 .6rem; background: var(--paper); }
button.live { float: right; margin-top: -3.1rem; font-size: .875rem; } button.live::before { content: ""; display: inline-block; width: .6em; height: .6em; margin-right: .45em; border: .12em solid; border-radius: 50%; } button.live[aria-pressed=true] { color: var(--good); border-color: var(--good); } button.live[aria-pressed=true]::before { background: currentcolor; }
tr.arrived { animation: arrived 3s; } @keyframes arrived { from { background: var(--on-good); } } @media (prefers-reduced-motion: reduce) { tr.arrived { animation: none; } }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
code, pre, .json { font: .9em/1.5 ui-monospace, monospace; } code.cause { display: block; contain: inline-size; min-width: 2.5rem; color: var(--soft); font-size: .8rem; margin-top: .2rem; } @media (min-width: 60.01rem) { code.cause { min-width: 11rem; } } @media (max-width: 48rem) { table.list .desk { display: none; } }
.json b { font-weight: 400; color: var(--soft); } pre, .json { background: var(--paper); border: 1px solid var(--line); border-radius: .4rem; padding: .8rem; white-space: pre-wrap; margin: .25rem 0; }
.json { padding-left: 1.6rem; } .json i { display: none; } .json details { margin: 0; } .json summary { color: inherit; list-style: none; position: relative; } .json summary::-webkit-details-marker { display: none; }
.json summary::before { content: ""; position: absolute; left: -1rem; top: .35em; border: .35em solid transparent; border-left-color: var(--accent); } .json [open] > summary::before { border-color: var(--accent) transparent transparent; top: .55em; left: -1.2rem; } .json details:not([open]) > summary::after { content: "…"; color: var(--soft); }
.json summary:hover { background: var(--hover); } section:not(:has(.empties :checked)) .empty { display: none; } label.empties { margin: .5rem 0; font-size: .925rem; }
form + p { margin-top: 1rem; } .actions details.ask button { margin-top: .75rem; }
dl.sums { grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .75rem 1.5rem; } dl.sums dt { font-size: .85rem; } dl.sums dd { font-size: 1.3rem; font-weight: 600; font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: minmax(8rem, auto) 1fr; gap: .4rem 1rem; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; }
@media (max-width: 40rem) { h1 { font-size: 1.35rem; } dl:not(.sums) { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
@page { margin: 15mm; }
@media print { :root { color-scheme: light; --ink: #000; --soft: #444; --paper: #fff; --card: #fff; --line: #aaa; --accent: #000; --bad: #a5122a; }
  header, nav, form, .skip, .screen, .notice { display: none; }
  html { font-size: 10pt; } body { font-size: 1rem; } main { max-width: none; padding: 0; } section { border: 0; border-radius: 0; padding: 0; }
  a { color: inherit; text-decoration: none; } h2, caption { break-after: avoid; } tr { break-inside: avoid; }
  .pair { display: block; } .pair > section { margin-bottom: 1.25rem; } table.statement { max-width: none; break-inside: avoid; margin-bottom: 1rem; } }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem; }
`;

/** Without the spaces that are for who reads them here: 3 KB of each page's 60. */
export const STYLES = SOURCE.replaceAll(/\s*([{};])\s*/g, "$1").replaceAll(/([\w-]): /g, "$1:");

export const STYLES_HASH = createHash("sha256").update(STYLES).digest("base64");
