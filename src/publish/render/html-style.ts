/** The page's only style: system fonts, both colour schemes, paper. Colours have a contrast of 4.5 at least. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1c2128; --soft: #57606a; --line: #d0d7de; --paper: #ffffff;
  --card: #f6f8fa; --stop: #b42318; --go: #1a7f37; --wait: #8a5a00; --link: #0a58ca; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa4af; --line: #30363d;
  --paper: #0d1117; --card: #161b22; --stop: #ff8478; --go: #4ac26b; --wait: #e3b341; --link: #6cb0ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 50rem; padding: 2rem 1.25rem 4rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif;
  overflow-wrap: break-word; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: .25rem 0 1rem; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 .75rem; }
h3 { font-size: 1.05rem; margin: 0 0 .35rem; }
p { margin: .5rem 0; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: .25em; }
code, pre { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Noto Sans Mono", monospace; }
code { background: var(--card); border-radius: 4px; padding: .1em .3em; }
pre { background: var(--card); border-left: 3px solid var(--line); margin: .6rem 0; overflow-x: auto;
  padding: .6rem .8rem; }
pre code { background: none; padding: 0; }
.subject, .meta, .id, footer { color: var(--soft); font-size: .9rem; }
.verdict-blocked { color: var(--stop); } .verdict-not_assessed { color: var(--wait); }
.verdict-ready, .verdict-ready_with_concerns { color: var(--go); }
.headline { font-size: 1.1rem; }
.note { border-left: 3px solid var(--line); padding-left: .8rem; }
article { border: 1px solid var(--line); border-radius: 8px; margin: 1rem 0; padding: 1rem 1.1rem; }
article.blocker { border-left: 4px solid var(--stop); }
article .meta { margin: 0 0 .5rem; }
.priority-critical, .priority-high { font-weight: 600; color: var(--ink); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1rem; margin: .75rem 0; }
dt { color: var(--soft); } dd { margin: 0; }
@media (max-width: 34rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
.id { margin: .5rem 0 0; }
details { border-top: 1px solid var(--line); padding: .65rem 0; }
details:last-of-type { border-bottom: 1px solid var(--line); }
summary { cursor: pointer; } summary strong { margin-right: .35rem; }
ul, ol { padding-left: 1.3rem; } li { margin: .3rem 0; }
.pillars { display: grid; gap: 1rem 2rem; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); }
.pillars h3 { font-size: 1rem; } .pillars ul { list-style: none; margin: 0; padding: 0; }
.status-gap, .status-breaks { color: var(--stop); font-weight: 600; }
.status-met, .status-survives { color: var(--go); } .status-degrades { color: var(--wait); font-weight: 600; }
.status-not_touched, .status-unknown { color: var(--soft); }
footer { border-top: 1px solid var(--line); margin-top: 2.5rem; padding-top: 1rem; }
@media print { :root { color-scheme: light; } body { max-width: none; padding: 0; }
  article, li { break-inside: avoid; } a { color: inherit; text-decoration: none; }
  details::details-content { content-visibility: visible; block-size: auto; } }
`.trim();
