const LEAST_MARKS = 3;

/** A Markdown text of the same length in which blocks of code are blank. A block that nothing closes reaches to the end. */
export function withoutCodeBlocks(markdown: string): string {
  const lines: string[] = [];
  let open: string | null = null;
  for (const line of markdown.split('\n')) {
    const marks = marksOf(line);
    const wasOpen = open !== null;
    if (open === null) open = marks;
    else if (closes(line, marks, open)) open = null;
    lines.push(wasOpen || open !== null ? ' '.repeat(line.length) : line);
  }
  return lines.join('\n');
}

/** The backticks or tildes that a line begins with, if they are enough for a block. */
function marksOf(line: string): string | null {
  const mark = line.charAt(0);
  if (mark !== '`' && mark !== '~') return null;
  let count = 1;
  while (line.charAt(count) === mark) count += 1;
  return count < LEAST_MARKS ? null : line.slice(0, count);
}

function closes(line: string, marks: string | null, open: string): boolean {
  return marks?.startsWith(open) === true && line.slice(marks.length).trim() === '';
}
