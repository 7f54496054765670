import { TimeSlice } from '@runtape/async';
import { z } from 'zod';
import { count } from '../text/count.ts';
import { truncate } from '../text/truncate.ts';
import { filterPaths } from './filter-paths.ts';
import { findMatchingLines } from './matching-lines.ts';
import type { Tool, ToolContext } from './tool.ts';

export interface SearchLimits {
  /**
   * The number of lines shown. If there are more, each file gets fewer, so that all files appear.
   */
  readonly maxShown: number;
  readonly maxShownPerFile: number;
  /** The search stops after this many matches. */
  readonly maxMatches: number;
  /** Larger files are not searched, in bytes. */
  readonly maxFileBytes: number;
  /** The limit for all files together, in bytes. */
  readonly maxBytes: number;
  readonly maxMs: number;
}

const LIMITS: SearchLimits = {
  maxShown: 80,
  maxShownPerFile: 8,
  maxMatches: 2_000,
  maxFileBytes: 1_000_000,
  maxBytes: 300_000_000,
  maxMs: 10_000,
};
const MAX_LINE_CHARS = 240;
/** Files read at once: enough to keep the disk busy. */
const AT_ONCE = 16;

const input = z.object({
  query: z.string().min(2).max(200).describe('The text to look for, as it stands; not a pattern.'),
  glob: z
    .string()
    .max(300)
    .optional()
    .describe('Only in files that match, e.g. "packages/server".'),
});

/** The matches of one file. */
interface FileMatches {
  readonly path: string;
  /** The first matches as `path:line: text`. */
  readonly lines: readonly string[];
  readonly total: number;
}

/** Creates the search; the limits are for tests. */
export function createSearchText(limits: SearchLimits = LIMITS): Tool<z.infer<typeof input>> {
  return {
    name: 'search_text',
    description:
      'Search the text files of the repository, literally and without regard to case. Answers with lines of the form path:line: text.',
    input,
    async run({ query, glob }, context) {
      const slice = new TimeSlice({ signal: context.signal });
      const paths = await filterPaths(context.repository.paths, glob, slice);
      const { files, stoppedBy } = await search(query.toLowerCase(), paths, limits, {
        ...context,
        slice,
      });
      const total = files.reduce((sum, file) => sum + file.total, 0);
      if (total === 0 && stoppedBy === null)
        return { summary: 'no match', output: 'Nothing found.' };
      const shown = select(files, limits);
      const remarks = [
        ...(stoppedBy === null ? [] : [`(stopped ${stoppedBy}; narrow the search)`]),
        ...(shown.length === total ? [] : [`(${shown.length} of ${total} matches shown)`]),
      ];
      const atLeast = stoppedBy === null ? '' : 'at least ';
      return {
        summary: `${atLeast}${count(total, 'match', 'es')} in ${count(files.length, 'file')}`,
        output: [...shown, ...remarks].join('\n'),
      };
    },
  };
}

async function search(
  wanted: string,
  paths: readonly string[],
  limits: SearchLimits,
  { repository, signal, slice }: ToolContext & { readonly slice: TimeSlice },
): Promise<{ files: FileMatches[]; stoppedBy: string | null }> {
  const deadline = performance.now() + limits.maxMs;
  const files: FileMatches[] = [];
  let matches = 0;
  let bytes = 0;
  for (let next = 0; next < paths.length; next += AT_ONCE) {
    signal.throwIfAborted();
    if (performance.now() > deadline) return { files, stoppedBy: 'because it took too long' };
    if (bytes > limits.maxBytes) return { files, stoppedBy: 'after much text' };
    if (matches >= limits.maxMatches) return { files, stoppedBy: `after ${matches} matches` };
    const batch = paths.slice(next, next + AT_ONCE);
    const contents = await repository.readAll(batch, limits.maxFileBytes);
    for (const [index, content] of contents.entries()) {
      bytes += content?.bytes ?? 0;
      const text = content?.isWhole === true ? content.text : null;
      if (text === null) continue;
      if (slice.due) await slice.yield();
      const { shown, total } = await findMatchingLines(text, wanted, limits.maxShownPerFile, slice);
      if (total === 0) continue;
      const path = batch[index] ?? '';
      const lines = shown.map(({ number, line, at }) => `${path}:${number}: ${shorten(line, at)}`);
      files.push({ path, lines, total });
      matches += total;
    }
  }
  return { files, stoppedBy: null };
}

/** Distributes the shown lines among the files. */
function select(
  files: readonly FileMatches[],
  { maxShown, maxShownPerFile }: SearchLimits,
): string[] {
  const take = (each: number): string[] => files.flatMap(({ lines }) => lines.slice(0, each));
  let each = maxShownPerFile;
  while (each > 1 && take(each).length > maxShown) each -= 1;
  return take(each).slice(0, maxShown);
}

/** A long line is cut around the match. */
function shorten(line: string, at: number): string {
  const from = line.length <= MAX_LINE_CHARS ? 0 : Math.max(0, at - MAX_LINE_CHARS / 3);
  return truncate(line.slice(from).trim(), MAX_LINE_CHARS).text;
}
