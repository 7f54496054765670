import type { Findings, ReadFile, TermHit } from '../thinking/findings.ts';
import type { Term } from '../thinking/words.ts';
import { placesIn } from './read-briefing.ts';

const fence = /^`{3,}/;
const listedPlace = /^[-*]\s`([^`\s:]+):(\d{1,7})`(.*)$/;

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
  const files = quotedIn(notes).flatMap(({ above, lines }): NotedFile[] => {
    const [place] = placesIn(above);
    if (place === undefined) return [];
    const [inside] = namesIn(above);
    const noted = { path: place.path, from: place.from, lines };
    return [inside === undefined ? noted : { ...noted, inside }];
  });
  const names = [...namesIn(notes), ...terms.map((term) => term.text)];
  const hits = notes.split('\n').flatMap((item): TermHit[] => {
    const listed = listedPlace.exec(item.trim());
    if (listed === null) return [];
    const [, path = '', line = '', rest = ''] = listed;
    const text = rest.trim();
    return [{ path, line: Number(line), text, query: queryOf(text, names) }];
  });
  return { queries: [], hits, files, listed: [] };
}

interface Quoted {
  /** The line of text above the block. */
  readonly above: string;
  readonly lines: readonly string[];
}

/** The blocks of code that have a line of text above them, and an empty one between. */
function quotedIn(notes: string): Quoted[] {
  const all = notes.split('\n');
  const found: Quoted[] = [];
  // Once a fence was not closed, another one of its length is not either.
  const neverClosed = new Set<string>();
  let above = '';
  let isApart = false;
  for (let at = 0; at < all.length; at += 1) {
    const line = all[at] ?? '';
    const mark = fence.exec(line)?.[0];
    if (mark === undefined || neverClosed.has(mark)) {
      if (line.trim() !== '') above = line;
      isApart = line.trim() === '';
      continue;
    }
    const end = closingLine(all, at, mark);
    if (end === undefined) {
      neverClosed.add(mark);
      continue;
    }
    if (isApart && above !== '') found.push({ above, lines: all.slice(at + 1, end) });
    above = '';
    at = end;
  }
  return found;
}

function closingLine(lines: readonly string[], open: number, mark: string): number | undefined {
  for (let at = open + 1; at < lines.length; at += 1) {
    if (lines[at]?.trimEnd() === mark) return at;
  }
  return undefined;
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
