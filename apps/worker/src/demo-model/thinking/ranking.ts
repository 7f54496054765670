import { declarationIn, interest, isComment, isImport, isTypeDeclaration } from './code-shape.ts';
import type { Findings } from './findings.ts';
import type { Term } from './words.ts';

/** A file worth reading, and the line to read around. */
export interface Candidate {
  readonly path: string;
  readonly line: number;
  readonly score: number;
}

interface SeenFile {
  line: number;
  best: number;
  readonly perQuery: Map<string, number>;
}

/** Weighs terms anew by what was found: one that is in every other file leads nowhere, one in a single file to the point. */
export function weighByRarity(terms: readonly Term[], findings: Findings): Term[] {
  return terms.map(({ text, kind, weight }) => {
    const hits = findings.hits.filter((hit) => hit.query === text);
    const files = new Set(hits.map((hit) => hit.path)).size;
    // Not searched for: as if it were in a few.
    return { text, kind, weight: weight / Math.sqrt(files === 0 ? unknownFiles : files) };
  });
}

const unknownFiles = 4;

/** The files that the findings point to, most promising first. */
export function rankFiles(findings: Findings, terms: readonly Term[]): Candidate[] {
  const weights = new Map(terms.map((term) => [term.text, term.weight]));
  const files = new Map<string, SeenFile>();
  for (const hit of findings.hits) {
    const score = (weights.get(hit.query) ?? 5) * lineInterest(hit.text, hit.query);
    const file = files.get(hit.path) ?? seen(hit.line);
    if (score > file.best) {
      file.line = hit.line;
      file.best = score;
    }
    // Many hits of one word are worth little more than one; different words meeting in a file are worth a lot.
    file.perQuery.set(hit.query, Math.max(file.perQuery.get(hit.query) ?? 0, score) + 0.2);
    files.set(hit.path, file);
  }
  for (const path of findings.listed) {
    const named = terms.filter((term) => namesFile(term, path));
    if (named.length === 0) continue;
    const file = files.get(path) ?? seen(1);
    file.perQuery.set(path, Math.max(...named.map((term) => term.weight)));
    files.set(path, file);
  }
  return [...files]
    .map(([path, { line, perQuery }]) => {
      const sum = [...perQuery.values()].reduce((total, score) => total + score, 0);
      return { path, line, score: sum * interest(path) };
    })
    .sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1));
}

function seen(line: number): SeenFile {
  return { line, best: 0, perQuery: new Map() };
}

/**
 * How much a line tells about a word that is in it: where it is declared most, where it is only imported least.
 * The shape of data tells less than what is done with it.
 */
export function lineInterest(line: string, word: string): number {
  if (isImport(line)) return 0.2;
  if (isComment(line)) return 0.7;
  const declared = declarationIn(line);
  if (declared === undefined || !declared.toLowerCase().includes(word.toLowerCase())) return 1;
  if (isTypeDeclaration(line)) return 1;
  return declared === word ? 2.5 : 1.5;
}

function namesFile(term: Term, path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const wanted = term.text.toLowerCase();
  return term.kind === 'file'
    ? name === wanted
    : name.replaceAll(/[-_.]/g, '').includes(wanted.replaceAll(/[-_.]/g, ''));
}
