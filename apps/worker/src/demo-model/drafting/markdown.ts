/** A code span, whatever the text contains. */
export function code(text: string): string {
  const fence = '`'.repeat(longestRun(text) + 1);
  return fence.length === 1 ? `\`${text}\`` : `${fence} ${text} ${fence}`;
}

/** A fenced block that its content cannot end. */
export function codeBlock(lines: readonly string[], path: string): string {
  const text = lines.join('\n');
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  const ending = /\.([a-z]{1,5})$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  return `${fence}${ending}\n${text}\n${fence}`;
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

export function place(path: string, line: number): string {
  return code(`${path}:${line}`);
}

/** Takes the common indentation off, so that an excerpt from deep inside is not pushed to the right. */
export function outdented(lines: readonly string[]): string[] {
  const depths = lines
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length);
  const common = Math.min(...depths);
  return lines.map((line) => line.slice(common));
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
