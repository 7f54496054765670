import type { Excerpt } from '../thinking/excerpts.ts';
import type { TermHit } from '../thinking/findings.ts';
import { code, codeBlock, counted, listed, outdented, place } from './markdown.ts';
import type { Material } from './material.ts';

const mostNamed = 3;
const mostHitsQuoted = 6;
const longestLine = 160;

/** What was looked for and what came back, with the lines themselves. */
export function codeSection(material: Material): string[] {
  const { excerpts, findings, uses } = material;
  const [first, second] = excerpts;
  if (first === undefined) return [whatCameUp(material), ...quotedHits(findings.hits)];
  return [
    whatCameUp(material),
    `${subjectOf(first)}:`,
    excerptBlock(first),
    ...(uses.length === 0 ? [] : [usesSentence(first, uses)]),
    ...(second === undefined ? [] : [`${besides(second)}:`, excerptBlock(second)]),
  ];
}

/** `path:12-26`, as it is written in the text. */
export function range({ path, from, to }: Excerpt): string {
  return code(from === to ? `${path}:${from}` : `${path}:${from}-${to}`);
}

/** What was searched for, and how much of it is there. */
export function whatCameUp({ findings, terms }: Material): string {
  const { hits, listed: files } = findings;
  // What was searched for later, because of what was found first, comes further down.
  const ofIssue = findings.queries.filter((query) => terms.some((term) => term.text === query));
  const counts = ofIssue.map((query) => {
    const own = hits.filter((hit) => hit.query === query);
    return { query, lines: own.length, files: new Set(own.map((hit) => hit.path)).size };
  });
  const found = counts.filter(({ lines }) => lines > 0);
  const missed = counts.filter(({ lines }) => lines === 0);
  const sentences = [
    ...found
      .slice(0, mostNamed)
      .map(
        ({ query, lines, files: inFiles }) =>
          `${code(query)} on ${counted(lines, 'line')} of ${counted(inFiles, 'file')}`,
      ),
    ...(files.length > 0 ? [`${counted(files.length, 'file')} by name`] : []),
  ];
  const nothing =
    missed.length > 0 ? `nothing for ${listed(missed.map(({ query }) => code(query)))}` : '';
  if (sentences.length === 0) return `I searched the repository and found ${nothing}.`;
  return `I searched the repository and found ${listed([...sentences, ...(nothing === '' ? [] : [nothing])])}.`;
}

function subjectOf(excerpt: Excerpt): string {
  const where =
    excerpt.inside === undefined ? range(excerpt) : `${code(excerpt.inside)}, ${range(excerpt)}`;
  const others = distinct(excerpt.terms).filter((term) => term !== excerpt.inside);
  if (others.length === 0) return `The most telling place is ${where}`;
  return others.length === 1
    ? `The most telling place is ${where}, because of ${code(others[0] ?? '')}`
    : `Most of it comes together in ${where}, where ${listed(others.slice(0, mostNamed).map(code))} stand close to each other`;
}

function besides(excerpt: Excerpt): string {
  const about = distinct(excerpt.terms).slice(0, mostNamed).map(code);
  return `Also worth reading, because of ${listed(about)}, is ${range(excerpt)}`;
}

/** Leaves out a term that another one contains. */
function distinct(terms: readonly string[]): string[] {
  const lower = terms.map((term) => term.toLowerCase());
  return terms.filter(
    (_, own) => !lower.some((other, index) => index !== own && other.includes(lower[own] ?? '')),
  );
}

/** The lines of an excerpt as a block of code. */
export function excerptBlock(excerpt: Excerpt): string {
  const lines = outdented(excerpt.lines).map((line) =>
    line.length > longestLine ? `${line.slice(0, longestLine)} …` : line,
  );
  return codeBlock(lines, excerpt.path);
}

function usesSentence(excerpt: Excerpt, uses: readonly TermHit[]): string {
  const named = listed(uses.slice(0, mostNamed).map(({ path, line }) => place(path, line)));
  const more = uses.length > mostNamed ? `, among ${counted(uses.length, 'place')}` : '';
  return `${code(excerpt.inside ?? '')} also comes up in ${named}${more}.`;
}

function quotedHits(hits: readonly TermHit[]): string[] {
  if (hits.length === 0) return [];
  const lines = hits
    .slice(0, mostHitsQuoted)
    .map((hit) => `${hit.path}:${hit.line}: ${hit.text.trim().slice(0, longestLine)}`);
  return ['These are the first lines:', codeBlock(lines, '')];
}
