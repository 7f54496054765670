/**
 * The style sheet of the page that `renderDocs` makes, light and dark, like that of the web page.
 */
export const docsStyle = `@font-face {
  font-family: 'Inter Variable';
  font-weight: 100 900;
  font-display: swap;
  src: url('../fonts/inter.woff2') format('woff2');
}
@font-face {
  font-family: 'JetBrains Mono Variable';
  font-weight: 100 800;
  font-display: swap;
  src: url('../fonts/jetbrains-mono.woff2') format('woff2');
}
:root {
  color-scheme: light dark;
  --background: light-dark(oklch(0.985 0.002 80), oklch(0.17 0.006 60));
  --foreground: light-dark(oklch(0.21 0.01 60), oklch(0.94 0.005 80));
  --muted: light-dark(oklch(0.955 0.004 80), oklch(0.25 0.008 60));
  --muted-foreground: light-dark(oklch(0.48 0.012 70), oklch(0.71 0.012 70));
  --border: light-dark(oklch(0.895 0.006 80), oklch(0.32 0.008 60));
  --accent: light-dark(oklch(0.55 0.17 38), oklch(0.72 0.16 45));
  --get: light-dark(oklch(0.5 0.13 150), oklch(0.76 0.15 150));
  --post: light-dark(oklch(0.54 0.12 75), oklch(0.8 0.13 80));
}
* { box-sizing: border-box; }
body {
  margin: 0 auto;
  max-width: 64rem;
  padding: 1.5rem 1rem 4rem;
  background: var(--background);
  color: var(--foreground);
  font: 16px/1.55 'Inter Variable', system-ui, sans-serif;
  text-rendering: optimizeLegibility;
}
body.text { max-width: 44rem; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
h1 { font-size: 1.5rem; letter-spacing: -0.01em; }
h1 small { color: var(--muted-foreground); font-size: 1rem; font-weight: 400; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--border); padding-bottom: 0.25rem; font-size: 1.25rem; text-transform: capitalize; }
h3 { margin: 2rem 0 0.25rem; font-size: 1.05rem; }
.GET { color: var(--get); }
.POST { color: var(--post); }
nav ul { columns: 2 20rem; list-style: none; padding: 0; }
nav a { text-decoration: none; }
nav a code { text-decoration: underline; text-underline-offset: 2px; }
nav b { display: inline-block; min-width: 3.5rem; }
article { overflow-x: auto; }
code { font: 0.875em/1.5 'JetBrains Mono Variable', ui-monospace, monospace; font-variant-ligatures: none; }
pre {
  overflow-x: auto;
  margin: 0.5rem 0;
  border: 1px solid var(--border);
  border-radius: 6px;
  background: var(--muted);
  padding: 0.6rem 0.8rem;
}
table { width: 100%; border-collapse: collapse; margin: 0.75rem 0; font-size: 0.925rem; }
th, td { border-bottom: 1px solid var(--border); padding: 0.35rem 0.75rem 0.35rem 0; text-align: left; vertical-align: top; }
th { color: var(--muted-foreground); font-weight: 500; }
td pre { max-width: 34rem; }
td:last-child { min-width: 14rem; }
summary { cursor: pointer; padding: 0.35rem 0; font-weight: 600; }
`;
