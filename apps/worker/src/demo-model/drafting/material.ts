import { interest, isComment, isImport, isTest } from '../thinking/code-shape.ts';
import { bestExcerpt, bestExcerpts } from '../thinking/excerpts.ts';
import type { Excerpt } from '../thinking/excerpts.ts';
import type { Findings, TermHit } from '../thinking/findings.ts';
import type { Issue } from '../thinking/issue-text.ts';
import { weighByRarity } from '../thinking/ranking.ts';
import type { Term } from '../thinking/words.ts';

/** What a draft is made of. */
export interface Material {
  readonly issue: Issue;
  readonly terms: readonly Term[];
  readonly findings: Findings;
  /** At most two, from different files, most telling first. */
  readonly excerpts: readonly Excerpt[];
  /** Where the name that the first excerpt is about is used, outside of tests. */
  readonly uses: readonly TermHit[];
  /** Where tests have to do with it, best first. */
  readonly tests: readonly TermHit[];
  /** Whether there was any way to look into the repository. */
  readonly looked: boolean;
}

const linesOfFirst = 18;
const linesOfSecond = 10;
/** A second excerpt that tells much less than the first is left out. */
const worthShowing = 0.25;
const sourceInterest = 0.4;

export function collectMaterial(
  issue: Issue,
  terms: readonly Term[],
  findings: Findings,
  looked: boolean,
): Material {
  const excerpts = pickExcerpts(findings, weighByRarity(terms, findings));
  const [first] = excerpts;
  return {
    issue,
    terms,
    findings,
    excerpts,
    looked,
    uses: first?.inside === undefined ? [] : usesOf(first.inside, first, findings),
    tests: first === undefined ? [] : testsOf(first, findings),
  };
}

function pickExcerpts(findings: Findings, terms: readonly Term[]): Excerpt[] {
  const [first, second] = bestExcerpts(findings.files, terms, linesOfFirst);
  if (first === undefined) return [];
  const other = findings.files.find(
    (file) => file.path === second?.path && file.path !== first.path,
  );
  const shorter = other === undefined ? undefined : bestExcerpt(other, terms, linesOfSecond);
  return shorter !== undefined && shorter.score >= first.score * worthShowing
    ? [first, shorter]
    : [first];
}

/** Lines of source that name something as a whole word, calls of it first, leaving out where it is shown already. */
export function usesOf(name: string, shown: Excerpt, findings: Findings): TermHit[] {
  return findings.hits
    .filter((hit) => hit.query.toLowerCase() === name.toLowerCase() && names(hit.text, name))
    .filter((hit) => interest(hit.path) >= sourceInterest && !isTest(hit.path))
    .filter((hit) => !isImport(hit.text) && !isComment(hit.text) && !isWithin(hit, shown))
    .sort((a, b) => Number(calls(b.text, name)) - Number(calls(a.text, name)));
}

/** Lines of tests that name what the excerpt is about; in files that hold tests before files that only help. */
export function testsOf({ inside, terms }: Excerpt, findings: Findings): TermHit[] {
  const subjects = inside === undefined ? terms : [inside];
  return findings.hits
    .filter((hit) => isTest(hit.path) && !isImport(hit.text) && !isComment(hit.text))
    .filter((hit) => subjects.some((name) => names(hit.text, name)))
    .sort((a, b) => Number(holdsTests(b.path)) - Number(holdsTests(a.path)));
}

function names(line: string, name: string): boolean {
  return line.split(/[^\p{L}\p{N}_$]+/u).includes(name);
}

/** `name(`, but not `something.name(`, which is likely to be another one of that name. */
function calls(line: string, name: string): boolean {
  const at = line.indexOf(`${name}(`);
  return at !== -1 && line[at - 1] !== '.';
}

function holdsTests(path: string): boolean {
  return /[._](?:test|spec|e2e)[._]/i.test(path);
}

function isWithin(hit: TermHit, excerpt: Excerpt): boolean {
  return hit.path === excerpt.path && hit.line >= excerpt.from && hit.line <= excerpt.to;
}
