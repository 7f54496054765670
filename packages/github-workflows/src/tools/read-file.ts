import { TimeSlice } from '@runtape/async';
import { z } from 'zod';
import { mayHoldSecrets } from '../repository/secret-paths.ts';
import { truncate } from '../text/truncate.ts';
import { linesBetween } from '../text/decode-text.ts';
import { type Tool, ToolError } from './tool.ts';

const MAX_FILE_BYTES = 2_000_000;
const MAX_LINES = 400;
const MAX_LINE_CHARS = 1_000;
const MAX_CHARS = 40_000;

const input = z.object({
  path: z.string().min(1).max(1_000).describe('A path as list_files and search_text give it.'),
  startLine: z.int().positive().optional().describe('First line, from 1. Default: 1.'),
  endLine: z
    .int()
    .positive()
    .optional()
    .describe(`Last line. At most ${MAX_LINES} lines are returned.`),
});

/** Reads lines of a file, numbered. */
export const readFile: Tool<z.infer<typeof input>> = {
  name: 'read_file',
  description: `Read up to ${MAX_LINES} lines of a text file of the repository, each with its number.`,
  input,
  async run({ path: requested, startLine = 1, endLine = Infinity }, context) {
    const { repository, signal } = context;
    const path = normalizePath(requested);
    const content = await repository.read(path, MAX_FILE_BYTES);
    if (content === null) throw new ToolError(`There is no file ${path} that can be read.`);
    const { text } = content;
    if (text === null) throw new ToolError(`${path} is not a text file.`);
    if (!content.isWhole) throw new ToolError(`${path} is too large to be read.`);
    const { lines, total } = await linesBetween(
      text.whole,
      { from: startLine, to: Math.min(endLine, startLine + MAX_LINES - 1) },
      new TimeSlice({ signal }),
    );
    if (lines.length === 0) {
      throw new ToolError(`${path} has ${total} lines; ask for some of those.`);
    }
    const quoted = quote(lines);
    const to = startLine + quoted.length - 1;
    const numbered = quoted.map((line, index) => `${startLine + index}\t${line}`);
    const isShort = to < Math.min(endLine, total);
    const remark = isShort ? [`(${path} has ${total} lines; ask for more by startLine)`] : [];
    return {
      summary: `lines ${startLine}-${to} of ${total}`,
      output: [...numbered, ...remark].join('\n'),
      read: { path, from: startLine, to },
    };
  },
};

/** The path in the form of the list. Refused paths are never listed; this explains the reason. */
function normalizePath(requested: string): string {
  let path = requested;
  while (path.startsWith('./')) path = path.slice(2);
  if (path.startsWith('/') || /^[A-Za-z]:|\\/.test(path) || path.split('/').includes('..')) {
    throw new ToolError('Only files inside the repository can be read, by their relative path.');
  }
  if (mayHoldSecrets(path)) {
    throw new ToolError(`${path} may hold secrets and is not shown. Go on without it.`);
  }
  return path;
}

/** At least one line, and as many as fit. */
function quote(lines: readonly string[]): string[] {
  const quoted: string[] = [];
  let room = MAX_CHARS;
  for (const line of lines) {
    const { text, omitted } = truncate(line, MAX_LINE_CHARS);
    const shown = omitted === 0 ? text : `${text} (and ${omitted} more characters)`;
    room -= shown.length;
    if (room < 0 && quoted.length > 0) break;
    quoted.push(shown);
  }
  return quoted;
}
