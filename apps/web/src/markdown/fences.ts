const MARKS = /^(`{3,}|~{3,})/;
const CLOSING = /^ {0,3}(`{3,}|~{3,})\s*$/;

/** The line that opens fenced code. */
export interface Fence {
  /** For example three backticks. */
  readonly marks: string;
  /** The text after the marks, usually the language. */
  readonly info: string;
}

/**
 * Returns the fence that a line opens; `null` for none, and for an indented one, which may belong
 * to a list.
 */
export function openingFence(line: string): Fence | null {
  const [marks] = MARKS.exec(line) ?? [];
  if (marks === undefined) return null;
  const info = line.slice(marks.length).trim();
  return marks.startsWith('`') && info.includes('`') ? null : { marks, info };
}

export function closesFence(line: string, { marks }: Fence): boolean {
  return CLOSING.exec(line)?.[1]?.startsWith(marks) === true;
}
