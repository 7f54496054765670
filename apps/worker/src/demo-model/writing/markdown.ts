import { shortened } from '../reading/issue-text.ts';

const MAX_LINE_CHARS = 160;

/** A code span for any text. */
export function code(text: string): string {
  const fence = '`'.repeat(longestRun(text) + 1);
  return fence.length === 1 ? `\`${text}\`` : `${fence} ${text} ${fence}`;
}

/** A fenced block that its content cannot close, without the common indentation of its lines. */
export function codeBlock(lines: readonly string[], path: string): string {
  const indented = lines.filter((line) => line.trim() !== '');
  const common = Math.min(...indented.map((line) => line.length - line.trimStart().length));
  const text = lines.map((line) => shortened(line.slice(common), MAX_LINE_CHARS)).join('\n');
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  const ending = /\.([a-z]{1,5})$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  return `${fence}${ending}\n${text}\n${fence}`;
}

/** `path:line` or `path:first-last`, as a citation. */
export function place({
  path,
  from,
  to = from,
}: {
  path: string;
  from: number;
  to?: number;
}): string {
  return code(from === to ? `${path}:${from}` : `${path}:${from}-${to}`);
}

/** `a, b and c` */
export function listed(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

/** `1 file`, `2 files` */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** A list; items that are `false` or `undefined` are omitted. */
export function bullets(items: readonly (string | false | undefined)[]): string {
  return items.flatMap((item) => (item ? `- ${item}` : [])).join('\n');
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
