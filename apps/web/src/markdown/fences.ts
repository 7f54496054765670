const MARKS = /^(`{3,}|~{3,})/;
const CLOSING = /^ {0,3}(`{3,}|~{3,})\s*$/;

/** The line that begins fenced code. */
export interface Fence {
  /** What it consists of, such as three backticks. */
  readonly marks: string;
  /** What stands behind them: the language, as a rule. */
  readonly info: string;
}

/** The fence that a line opens; `null` when it opens none, or is indented, and so perhaps within something else. */
export function openingFence(line: string): Fence | null {
  const [marks] = MARKS.exec(line) ?? [];
  if (marks === undefined) return null;
  const info = line.slice(marks.length).trim();
  return marks.startsWith('`') && info.includes('`') ? null : { marks, info };
}

/** Whether a line ends the code that a fence has opened. */
export function closesFence(line: string, { marks }: Fence): boolean {
  return CLOSING.exec(line)?.[1]?.startsWith(marks) === true;
}
