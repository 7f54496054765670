import { globSync } from 'node:fs';

/** The sources that run on untrusted text. */
const SOURCES = '{packages,apps}/*/src/**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}';

/** The source files whose regular expressions are checked, relative to `root`, sorted. */
export function sourceFiles(root: string): readonly string[] {
  const files = globSync(SOURCES, { cwd: root });
  return files.map((file) => file.replaceAll('\\', '/')).sort();
}
