/** The style of the page that `renderDocs` makes, for light and dark. */
export const docsStyle = `:root {
  color-scheme: light dark;
  --line: light-dark(#d7dbe0, #343a42);
  --soft: light-dark(#f3f5f7, #1b2026);
  --quiet: light-dark(#57606a, #9aa4b0);
  --link: light-dark(#0550ae, #79b8ff);
  --get: light-dark(#116329, #56d364);
  --post: light-dark(#8a3d00, #ffa657);
}
* { box-sizing: border-box; }
body {
  margin: 0 auto;
  max-width: 64rem;
  padding: 1.5rem 1rem 4rem;
  background: light-dark(#fff, #0f1317);
  color: light-dark(#1c2128, #e3e8ee);
  font: 16px/1.55 system-ui, sans-serif;
}
a { color: var(--link); }
a:focus-visible, pre:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
h1 small { color: var(--quiet); font-size: 1rem; font-weight: 400; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); padding-bottom: 0.25rem; text-transform: capitalize; }
h3 { margin: 2rem 0 0.25rem; font-size: 1.05rem; }
.GET { color: var(--get); }
.POST { color: var(--post); }
nav ul { columns: 2 20rem; list-style: none; padding: 0; }
nav b { display: inline-block; min-width: 3.5rem; }
article { overflow-x: auto; }
code { font: 0.875em/1.5 ui-monospace, monospace; }
pre {
  overflow-x: auto;
  margin: 0.5rem 0;
  border: 1px solid var(--line);
  border-radius: 6px;
  background: var(--soft);
  padding: 0.6rem 0.8rem;
}
table { width: 100%; border-collapse: collapse; margin: 0.75rem 0; font-size: 0.925rem; }
th, td { border-bottom: 1px solid var(--line); padding: 0.35rem 0.75rem 0.35rem 0; text-align: left; vertical-align: top; }
th { color: var(--quiet); font-weight: 500; }
td pre { max-width: 34rem; }
td:last-child { min-width: 14rem; }
summary { cursor: pointer; padding: 0.35rem 0; font-weight: 600; }
`;
