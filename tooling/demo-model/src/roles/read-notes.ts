import type { Findings, ReadFile, TermHit } from '../thinking/findings.ts';
import type { Term } from '../thinking/words.ts';
import { placesIn } from './read-briefing.ts';

/** A block of code, and the line of text above it. */
const quoted = /^(.+)\n\s*\n(`{3,})[^\n]*\n([\s\S]*?)\n\2[ \t]*$/gm;
const listedPlace = /^\s*[-*]\s+`([^`\s:]+):(\d{1,7})`\s*(.*)$/gm;

/** Lines that were noted, and what they are part of. */
export interface NotedFile extends ReadFile {
  readonly inside?: string;
}

/** What the tools would have brought. */
interface NotedFindings extends Findings {
  readonly files: readonly NotedFile[];
}

/**
 * Takes notes for what the tools would have brought, had one looked oneself: a block of code below a line that names `path:first-last`
 * is those lines, and an item of a list that begins with `path:line` is a hit.
 */
export function readNotes(notes: string, terms: readonly Term[]): NotedFindings {
  const files = [...notes.matchAll(quoted)].flatMap(([, above = '', , lines = '']): NotedFile[] => {
    const [place] = placesIn(above);
    if (place === undefined) return [];
    const [inside] = namesIn(above);
    const noted = { path: place.path, from: place.from, lines: lines.split('\n') };
    return [inside === undefined ? noted : { ...noted, inside }];
  });
  const hits = [...notes.matchAll(listedPlace)].map(
    ([, path = '', line = '', text = '']): TermHit => ({
      path,
      line: Number(line),
      text,
      query: queryOf(text, [...namesIn(notes), ...terms.map((term) => term.text)]),
    }),
  );
  return { queries: [], hits, files, listed: [] };
}

/** What the researcher searched for is not noted with each line; a name that is in it will have been it. */
function queryOf(line: string, names: readonly string[]): string {
  return names.find((name) => line.toLowerCase().includes(name.toLowerCase())) ?? '';
}

/** What is said to be used somewhere. */
function namesIn(notes: string): string[] {
  return [...notes.matchAll(/\b(?:where|in) `([\p{L}_$][\p{L}\p{N}_$]*)`/giu)].map(
    ([, name = '']) => name,
  );
}
