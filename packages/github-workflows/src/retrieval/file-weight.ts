import { wordList } from '../text/word-list.ts';

/** Lock files: long, generated, and full of words without meaning. */
const GENERATED: ReadonlySet<string> = new Set(
  wordList(`
  bun.lock Cargo.lock composer.lock deno.lock flake.lock Gemfile.lock go.sum
  npm-shrinkwrap.json package-lock.json Pipfile.lock pnpm-lock.yaml poetry.lock uv.lock
  yarn.lock
`),
);
const GENERATED_ENDINGS = ['.map', '.snap', '.min.js', '.min.css', '.min.mjs'];
const TEST = /(?:^|\/)(?:tests?|__tests__|spec|fixtures|testdata)\/|[._](?:test|spec|e2e)[._]/i;
const DATA = /\.(?:json|jsonl|ya?ml|toml|csv|tsv|svg|xml|css|scss|txt|ipynb)$/i;
/** An average line of this length was not written by hand. */
const LONG_LINE_CHARS = 400;

/** Whether a file is generated, judged by its path. */
export function isGenerated(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return GENERATED.has(name) || GENERATED_ENDINGS.some((end) => name.endsWith(end));
}

/** Whether a text is minified, judged by its form. */
export function isMinified(text: string, lines: number): boolean {
  return text.length / Math.max(1, lines) > LONG_LINE_CHARS;
}

/** The weight of a hit in a file: highest for sources, then tests, then data. */
export function weightOf(path: string): number {
  if (DATA.test(path)) return 0.5;
  return TEST.test(path) ? 0.6 : 1;
}
