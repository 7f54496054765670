import { excerptBlock, range, whatCameUp } from '../drafting/code-section.ts';
import { code, listed, place } from '../drafting/markdown.ts';
import type { Material } from '../drafting/material.ts';
import type { Excerpt } from '../thinking/excerpts.ts';
import type { TermHit } from '../thinking/findings.ts';

const mostPlaces = 6;
const longestLine = 160;

/** Writes down what was found, for somebody who cannot look: places with their lines, who uses them, what was not found. */
export function writeNotes(material: Material): string {
  const { excerpts, uses, tests, findings, looked } = material;
  if (!looked) return 'I was given no tools to look into the repository, so I have no notes.\n';
  const [first] = excerpts;
  const hits = first === undefined ? findings.hits : [];
  const sections = [
    'Notes by the demo model: a small program searched for the words of the issue; no language model has read the code.',
    whatCameUp(material),
    ...excerpts.flatMap((excerpt) => [`${about(excerpt)}:`, excerptBlock(excerpt)]),
    ...places(`Where ${code(first?.inside ?? '')} is used:`, uses),
    ...places('Tests that have to do with it:', tests),
    ...places('Lines that contain the words:', hits),
  ];
  return `${sections.join('\n\n')}\n`;
}

function about(excerpt: Excerpt): string {
  const within = excerpt.inside === undefined ? '' : `, in ${code(excerpt.inside)}`;
  const terms = excerpt.terms.length === 0 ? '' : `, with ${listed(excerpt.terms.map(code))}`;
  return `${range(excerpt)}${within}${terms}`;
}

function places(title: string, hits: readonly TermHit[]): string[] {
  if (hits.length === 0) return [];
  const lines = hits
    .slice(0, mostPlaces)
    .map(({ path, line, text }) => `- ${place(path, line)} ${text.trim().slice(0, longestLine)}`);
  return [title, lines.join('\n')];
}
