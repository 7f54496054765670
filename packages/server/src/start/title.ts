import { type IssueTarget, formatTarget } from '@runtape/events';
import type { SampleInfo } from './start-context.ts';

const MAX_TITLE_LENGTH = 200;

/** What lists show of a comment before its issue was read. */
export function titleOf(target: IssueTarget, sample: SampleInfo | undefined): string {
  if (target.kind === 'local') return firstLineOf(target.issue);
  return sample?.title ?? formatTarget(target);
}

/** The first line with something in it, without the marks of a Markdown heading. */
export function firstLineOf(markdown: string): string {
  const lines = markdown.split(/\r?\n/).map((line) => line.replace(/^\s*#{1,6}\s+/, '').trim());
  const first = lines.find((line) => line !== '') ?? '';
  return Array.from(first).slice(0, MAX_TITLE_LENGTH).join('');
}
