const MARKS = /^(`{3,}|~{3,})/;
const CLOSING = /^ {0,3}(`{3,}|~{3,})\s*$/;

/** The line that begins fenced code. */
export interface Fence {
  /** Such as three backticks. */
  readonly marks: string;
  /** The text after the marks, usually the language. */
  readonly info: string;
}

/** The fence that a line opens; `null` for none, or an indented one, which may be within a list. */
export function openingFence(line: string): Fence | null {
  const [marks] = MARKS.exec(line) ?? [];
  if (marks === undefined) return null;
  const info = line.slice(marks.length).trim();
  return marks.startsWith('`') && info.includes('`') ? null : { marks, info };
}

export function closesFence(line: string, { marks }: Fence): boolean {
  return CLOSING.exec(line)?.[1]?.startsWith(marks) === true;
}
