import { taggedParts } from '../reading/issue-text.ts';
import { NAME_WEIGHT, type Term } from '../reading/search-terms.ts';
import { code, place } from './markdown.ts';

/** Lines of a file. */
export interface Citation {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

const CITATION = /`(?:\.\/)?([^`\s:]+):(\d{1,7})(?:[-–](\d{1,7}))?`/g;
const HEADING_OF_STEPS = /^#+ .*\b(?:next|check|to do|steps)\b/i;
const MAX_NAMES = 2;
const MAX_UNREAD = 3;

/**
 * Checks the form of a draft: whether it cites lines that were read, names its subject, and has
 * next steps.
 */
export function criticise(terms: readonly Term[], given: string): string {
  const draft = taggedParts(given, 'draft').at(-1) ?? '';
  const sources = taggedParts(given, 'sources').flatMap(citationsIn);
  const known = [...sources, ...taggedParts(given, 'notes').slice(-1).flatMap(citationsIn)];
  const cited = citationsIn(draft);
  const [source] = sources;
  const first = cited.find((one) => isRead(one, sources));
  const from = first === undefined ? '' : `, beginning at ${place(first)}`;
  const remarks = [
    source !== undefined &&
      first === undefined &&
      `It cites nothing that was read. Name the place in the code, for instance ${place(source)}.`,
    ...cited
      .filter((one) => !isRead(one, known))
      .slice(0, MAX_UNREAD)
      .map((one) => `It cites ${place(one)}, which nobody has read. Leave it out.`),
    ...terms
      .filter(({ weight }) => weight >= NAME_WEIGHT)
      .slice(0, MAX_NAMES)
      .filter(({ text }) => !draft.toLowerCase().includes(text.toLowerCase()))
      .map(({ text }) => `It does not speak of ${code(text)}, which the issue is about.`),
    !hasSteps(draft) &&
      `It does not print what to check next. Add a list of steps with which a reader can see whether it is so${from}.`,
  ].filter((remark) => remark !== false);
  return JSON.stringify({ approved: remarks.length === 0, remarks });
}

/** Whether a list directly follows a heading about next steps. */
function hasSteps(draft: string): boolean {
  const lines = draft.split('\n').filter((line) => line.trim() !== '');
  return lines.some(
    (line, index) => HEADING_OF_STEPS.test(line) && /^(?:[-*]|1\.) /.test(lines[index + 1] ?? ''),
  );
}

/** Every `path:line` or `path:first-last` in backticks. */
export function citationsIn(markdown: string): Citation[] {
  return [...markdown.matchAll(CITATION)].map(([, path = '', from = '', to = from]) => ({
    path,
    from: Number(from),
    to: Number(to),
  }));
}

function isRead(cited: Citation, read: readonly Citation[]): boolean {
  return read.some(
    ({ path, from, to }) => path === cited.path && from <= cited.from && cited.to <= to,
  );
}
