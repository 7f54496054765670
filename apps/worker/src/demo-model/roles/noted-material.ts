import type { Material } from '../drafting/material.ts';
import { testsOf, usesOf } from '../drafting/material.ts';
import type { Excerpt } from '../thinking/excerpts.ts';
import type { Issue } from '../thinking/issue-text.ts';
import type { Term } from '../thinking/words.ts';
import type { NotedFile } from './read-notes.ts';
import { readNotes } from './read-notes.ts';

const mostExcerpts = 2;
const mostLines = 24;

/** What a comment can be made of when another has looked: in the order of the notes, for who looked knows what matters most. */
export function notedMaterial(
  issue: Issue,
  terms: readonly Term[],
  notes: string | null,
): Material {
  const findings = readNotes(notes ?? '', terms);
  const excerpts = findings.files.slice(0, mostExcerpts).map((file) => excerptOf(file, terms));
  const [first] = excerpts;
  return {
    issue,
    terms,
    findings,
    excerpts,
    looked: notes !== null,
    uses: first?.inside === undefined ? [] : usesOf(first.inside, first, findings),
    tests: first === undefined ? [] : testsOf(first, findings),
  };
}

/** The lines as they were noted; what leads to them is not known any more, so the line that says most is guessed. */
function excerptOf({ path, from, lines, inside }: NotedFile, terms: readonly Term[]): Excerpt {
  const kept = lines.slice(0, mostLines);
  const names = [...(inside === undefined ? [] : [inside]), ...terms.map(({ text }) => text)];
  const focus = names
    .map((name) => kept.findIndex((line) => includes(line, name)))
    .find((index) => index !== -1);
  return {
    path,
    from,
    to: from + kept.length - 1,
    lines: kept,
    focus: from + (focus ?? 0),
    ...(inside !== undefined && { inside }),
    terms: names.filter(
      (name, index) => names.indexOf(name) === index && kept.some((line) => includes(line, name)),
    ),
    score: 0,
  };
}

function includes(line: string, name: string): boolean {
  return line.toLowerCase().includes(name.toLowerCase());
}
