import { lineInterest, pathInterest } from '../reading/code-lines.ts';
import { bestExcerpts } from '../reading/excerpts.ts';
import type { Findings, ToolName, ToolUse } from '../reading/findings.ts';
import { NAME_WEIGHT, type Term } from '../reading/search-terms.ts';
import type { AnswerToolCall } from '../wire/completion.ts';

/** After this many rounds the comment is written from the findings so far. */
const MAX_ROUNDS = 6;
export const CALLS_PER_ROUND = 2;
/** With fewer hits the next words are searched as well, but only a few if there are any hits. */
const ENOUGH_HITS = 3;
const ENOUGH_CALLS = 4;
const LINES_BEFORE = 30;
const LINES_AFTER = 60;
/** The number of lines that a comment shows. */
export const EXCERPT_LINES = 18;
/** The assumed number of files for a term that was not searched. */
const UNKNOWN_FILES = 4;

/**
 * The next tool calls; empty if it is time to write. First the words of the issue are searched,
 * then the most promising files are read, finally the uses of the findings are searched. Only files
 * from a search or a list are read.
 */
export function planNextCalls(
  { uses, rounds }: { readonly uses: readonly ToolUse[]; readonly rounds: number },
  terms: readonly Term[],
  findings: Findings,
  tools: ReadonlySet<string>,
): AnswerToolCall[] {
  if (rounds >= MAX_ROUNDS) return [];
  const made = new Set(uses.map(callKey));
  const steps = [
    () => searchTerms(terms, findings, tools, uses.length),
    () => (findings.files.length > 0 ? [] : readFiles(terms, findings, LINES_BEFORE, LINES_AFTER)),
    () => searchUses(terms, findings),
  ];
  for (const step of steps) {
    const calls = step().filter((call) => tools.has(call.name) && !made.has(callKey(call)));
    if (calls.length > 0) return calls.slice(0, CALLS_PER_ROUND);
  }
  return [];
}

export function search(query: string): AnswerToolCall {
  return toolCall('search_text', { query });
}

/** Calls that read the most promising files around their best line. */
export function readFiles(
  terms: readonly Term[],
  findings: Findings,
  before: number,
  after: number,
): AnswerToolCall[] {
  return rankFiles(findings, weighByRarity(terms, findings))
    .slice(0, CALLS_PER_ROUND)
    .map(({ path, line }) =>
      toolCall('read_file', { path, startLine: Math.max(1, line - before), endLine: line + after }),
    );
}

/** Weights terms by rarity: a term in every file is useless. */
export function weighByRarity(terms: readonly Term[], { hits }: Findings): Term[] {
  return terms.map((term) => {
    const found = hits.filter(({ query }) => query === term.text);
    const files = new Set(found.map(({ path }) => path)).size;
    return { ...term, weight: term.weight / Math.sqrt(files === 0 ? UNKNOWN_FILES : files) };
  });
}

/** The files with hits, the most promising first, with the line to read around. */
export function rankFiles(
  { hits, listed }: Findings,
  terms: readonly Term[],
): { path: string; line: number; score: number }[] {
  const weights = new Map(terms.map(({ text, weight }) => [text, weight]));
  const scored = hits.map(({ path, line, text, query }) => {
    const score = (weights.get(query) ?? UNKNOWN_FILES) * lineInterest(text, query);
    return { path, line, query, score };
  });
  const named = new Map(
    listed.flatMap((path) => {
      const [term] = terms.filter((one) => isNameOf(one, path)).sort((a, b) => b.weight - a.weight);
      return term === undefined ? [] : [[path, term.weight] as const];
    }),
  );
  const byPath = Map.groupBy(scored, ({ path }) => path);
  return [...new Set([...byPath.keys(), ...named.keys()])]
    .map((path) => {
      const own = (byPath.get(path) ?? []).toSorted((a, b) => b.score - a.score);
      // Many hits of one word add little; different words in one file add a lot.
      const perQuery = [...Map.groupBy(own, ({ query }) => query).values()];
      const sum = perQuery.reduce(
        (total, [best, ...more]) => total + (best?.score ?? 0) + 0.2 * (more.length + 1),
        named.get(path) ?? 0,
      );
      return { path, line: own[0]?.line ?? 1, score: sum * pathInterest(path) };
    })
    .sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1));
}

function searchTerms(
  terms: readonly Term[],
  { hits, listed, files }: Findings,
  tools: ReadonlySet<string>,
  callCount: number,
): AnswerToolCall[] {
  const found = hits.length + listed.length;
  if (files.length > 0 || (found > 0 && callCount >= ENOUGH_CALLS)) return [];
  return terms
    .filter(({ weight }) => found < ENOUGH_HITS || weight >= NAME_WEIGHT)
    .map(({ kind, text }) => {
      if (tools.has('list_files') && (kind === 'file' || !tools.has('search_text')))
        return toolCall('list_files', { glob: kind === 'file' ? `**/${text}` : `**/*${text}*` });
      return search(text);
    });
}

/** Searches for uses of the declaration in the best excerpt. */
function searchUses(terms: readonly Term[], findings: Findings): AnswerToolCall[] {
  const [best] = bestExcerpts(findings.files, weighByRarity(terms, findings), EXCERPT_LINES);
  const name = best?.inside ?? '';
  const searched = findings.queries.map((query) => query.toLowerCase());
  return name.length < 4 || searched.includes(name.toLowerCase()) ? [] : [search(name)];
}

function isNameOf({ kind, text }: Term, path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const wanted = text.toLowerCase();
  if (kind === 'file') return name === wanted;
  return name.replaceAll(/[-_.]/g, '').includes(wanted.replaceAll(/[-_.]/g, ''));
}

function toolCall(name: ToolName, args: AnswerToolCall['arguments']): AnswerToolCall {
  return { name, arguments: args };
}

function callKey(call: Pick<AnswerToolCall, 'name' | 'arguments'>): string {
  return JSON.stringify([
    call.name,
    Object.entries(call.arguments).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
}
