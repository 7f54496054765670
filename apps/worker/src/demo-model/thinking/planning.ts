import type { AnswerToolCall } from '../wire/completion.ts';
import type { Conversation } from './conversation.ts';
import { bestExcerpts } from './excerpts.ts';
import type { Findings } from './findings.ts';
import type { OfferedTools } from './offered-tools.ts';
import { rankFiles, weighByRarity } from './ranking.ts';
import type { Term } from './words.ts';

/** After this many rounds the draft is written with what there is. */
const mostRounds = 6;
const callsPerRound = 2;
/** Below this many hits the next words are tried as well, but not for ever when there is something already. */
const enoughHits = 3;
const enoughLooks = 4;
/** Words of at least this weight are names in the code, and looked for even when enough was found. */
const aName = 6;
/** How many lines are read before and after the line that a search found. */
const linesBefore = 30;
const linesAfter = 60;
/** As many as a draft will show, so that it is about what was searched for here. */
const linesOfExcerpt = 18;

/**
 * What to ask the tools next; nothing when it is time to write. First the words of the issue are searched for, best first,
 * until enough is found; then the most promising files are read; last, who uses what was found there.
 * Only files that a search or a list has named are ever read.
 */
export function planNextCalls(
  conversation: Conversation,
  terms: readonly Term[],
  findings: Findings,
  tools: OfferedTools,
): AnswerToolCall[] {
  if (conversation.rounds >= mostRounds) return [];
  const asked = new Set(conversation.uses.map(callKey));
  const isNew = (call: AnswerToolCall): boolean => !asked.has(callKey(call));
  const ways = [
    () => lookFurther(terms, findings, tools, conversation.uses.length),
    () => readPromising(terms, findings, tools),
    () => searchUses(terms, findings, tools),
  ];
  for (const way of ways) {
    const calls = way().filter(isNew).slice(0, callsPerRound);
    if (calls.length > 0) return calls;
  }
  return [];
}

function lookFurther(
  terms: readonly Term[],
  findings: Findings,
  tools: OfferedTools,
  looks: number,
): AnswerToolCall[] {
  const found = findings.hits.length + findings.listed.length;
  if (findings.files.length > 0 || (found > 0 && looks >= enoughLooks)) return [];
  const worthwhile = found < enoughHits ? terms : terms.filter((term) => term.weight >= aName);
  return worthwhile.flatMap(({ kind, text }) => {
    const { search, list } = tools;
    if (kind === 'file' && list !== undefined) return [list(`**/${text}`)];
    if (search !== undefined) return [search(text)];
    return list === undefined ? [] : [list(`**/*${text}*`)];
  });
}

function readPromising(
  terms: readonly Term[],
  findings: Findings,
  tools: OfferedTools,
): AnswerToolCall[] {
  const { read } = tools;
  if (read === undefined || findings.files.length > 0) return [];
  return rankFiles(findings, weighByRarity(terms, findings))
    .slice(0, callsPerRound)
    .map(({ path, line }) =>
      read(path, { from: Math.max(1, line - linesBefore), to: line + linesAfter }),
    );
}

/** Who uses what the best excerpt declares: the question a reader of the code would ask next. */
function searchUses(
  terms: readonly Term[],
  findings: Findings,
  tools: OfferedTools,
): AnswerToolCall[] {
  const [best] = bestExcerpts(findings.files, weighByRarity(terms, findings), linesOfExcerpt);
  const name = best?.inside;
  if (tools.search === undefined || name === undefined || name.length < 4) return [];
  // Most searches do not mind the case of letters.
  const searched = findings.queries.map((query) => query.toLowerCase());
  return searched.includes(name.toLowerCase()) ? [] : [tools.search(name)];
}

function callKey(call: Pick<AnswerToolCall, 'name' | 'arguments'>): string {
  const byName = Object.entries(call.arguments).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([call.name, byName]);
}
