import { code } from '../drafting/markdown.ts';
import type { Issue } from '../thinking/issue-text.ts';
import type { Term } from '../thinking/words.ts';
import type { Briefing, Place } from './read-briefing.ts';
import { placesIn } from './read-briefing.ts';

/** Words of at least this weight are names that the issue is about. */
const aName = 6;
const mostNames = 2;
const mostUnread = 3;

/** Checks a draft against the issue and what was read, by form alone, and answers with a critic's JSON. */
export function criticise(issue: Issue, terms: readonly Term[], briefing: Briefing): string {
  const remarks = [
    ...citesNothing(briefing),
    ...citesUnread(briefing),
    ...misses(terms, briefing),
    ...leadsNowhere(issue, briefing),
  ];
  return JSON.stringify({ approved: remarks.length === 0, remarks });
}

function citesNothing({ draft, sources }: Briefing): string[] {
  const [first] = sources;
  if (first === undefined || placesIn(draft).some((cited) => isRead(cited, sources))) return [];
  return [
    `It cites nothing that was read. Name the place in the code, for instance ${inWords(first)}.`,
  ];
}

function citesUnread({ draft, sources, notes }: Briefing): string[] {
  const known = [...sources, ...placesIn(notes ?? '')];
  const unread = placesIn(draft).filter((cited) => !isRead(cited, known));
  return unread
    .slice(0, mostUnread)
    .map((cited) => `It cites ${inWords(cited)}, which nobody has read. Leave it out.`);
}

function misses(terms: readonly Term[], { draft }: Briefing): string[] {
  const said = draft.toLowerCase();
  return terms
    .filter(({ weight }) => weight >= aName)
    .slice(0, mostNames)
    .filter(({ text }) => !said.includes(text.toLowerCase()))
    .map(({ text }) => `It does not speak of ${code(text)}, which the issue is about.`);
}

/** Somebody who reads a comment wants to know what to do with it. */
function leadsNowhere(issue: Issue, { draft, sources }: Briefing): string[] {
  if (hasSteps(draft)) return [];
  const first = placesIn(draft).find((cited) => isRead(cited, sources));
  const from = first === undefined ? '' : `, beginning at ${inWords(first)}`;
  const what = issue.kind === 'question' ? 'find the answer' : 'see whether it is so';
  return [
    `It does not say what to check next. Add a list of steps with which a reader can ${what}${from}.`,
  ];
}

/** Whether a list stands right below a heading that speaks of what to do. */
function hasSteps(draft: string): boolean {
  const lines = draft.split('\n').filter((line) => line.trim() !== '');
  return lines.some(
    (line, index) =>
      /^#+ /.test(line) &&
      /\b(?:next|check|to do|steps)\b/i.test(line) &&
      /^(?:[-*]|1\.) /.test(lines[index + 1] ?? ''),
  );
}

function isRead(cited: Place, read: readonly Place[]): boolean {
  return read.some(
    ({ path, from, to }) => path === cited.path && from <= cited.from && cited.to <= to,
  );
}

function inWords({ path, from, to }: Place): string {
  return code(from === to ? `${path}:${from}` : `${path}:${from}-${to}`);
}
