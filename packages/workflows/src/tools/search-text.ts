import { z } from 'zod';
import { truncate } from '../truncate.ts';
import { filterPaths } from './filter-paths.ts';
import { linesOf, textOf } from './text-of.ts';
import type { Tool, ToolContext } from './tool.ts';

export interface SearchLimits {
  readonly maxMatches: number;
  readonly maxMatchesPerFile: number;
  /** Larger files are not searched. */
  readonly maxFileBytes: number;
  /** Of all files together. */
  readonly maxBytes: number;
  readonly maxMs: number;
}

const LIMITS: SearchLimits = {
  maxMatches: 80,
  maxMatchesPerFile: 8,
  maxFileBytes: 1_000_000,
  maxBytes: 300_000_000,
  maxMs: 10_000,
};
const MAX_LINE_CHARS = 240;
/** Files read at once: enough to keep the disk busy. */
const AT_ONCE = 16;

const input = z.object({
  query: z.string().min(2).max(200).describe('The text to look for, as it stands; not a pattern.'),
  glob: z.string().max(300).optional().describe('Only in files that match, e.g. "packages/api".'),
});

interface Match {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/** Makes the search; the limits are for tests. */
export function createSearchText(limits: SearchLimits = LIMITS): Tool<z.infer<typeof input>> {
  return {
    name: 'search_text',
    description:
      'Search the text files of the repository, literally and without regard to case. Answers with lines of the form path:line: text.',
    input,
    async run({ query, glob }, context) {
      const paths = filterPaths(context.repository.paths, glob);
      const { matches, stoppedBy } = await search(query.toLowerCase(), paths, limits, context);
      const files = new Set(matches.map(({ path }) => path)).size;
      const lines = matches.map(({ path, line, text }) => `${path}:${line}: ${text}`);
      const remark = stoppedBy === null ? [] : [`(stopped ${stoppedBy}; narrow the search)`];
      return {
        summary: summary(matches.length, files, stoppedBy !== null),
        output: [...(lines.length === 0 ? ['Nothing found.'] : lines), ...remark].join('\n'),
      };
    },
  };
}

async function search(
  wanted: string,
  paths: readonly string[],
  limits: SearchLimits,
  { repository, signal }: ToolContext,
): Promise<{ matches: Match[]; stoppedBy: string | null }> {
  const deadline = performance.now() + limits.maxMs;
  const matches: Match[] = [];
  let bytes = 0;
  for (let next = 0; next < paths.length; next += AT_ONCE) {
    signal.throwIfAborted();
    if (performance.now() > deadline) return { matches, stoppedBy: 'because it took too long' };
    if (bytes > limits.maxBytes) return { matches, stoppedBy: 'after much text' };
    const batch = paths.slice(next, next + AT_ONCE);
    const contents = await Promise.all(
      batch.map((path) => repository.read(path, limits.maxFileBytes)),
    );
    for (const [index, content] of contents.entries()) {
      bytes += content?.bytes.length ?? 0;
      const text = content?.isWhole === true ? textOf(content.bytes) : null;
      if (text === null) continue;
      matches.push(...matchesIn(text, batch[index] ?? '', wanted, limits.maxMatchesPerFile));
    }
    if (matches.length >= limits.maxMatches) {
      const isLast = next + AT_ONCE >= paths.length && matches.length === limits.maxMatches;
      const stoppedBy = isLast ? null : `after ${limits.maxMatches} matches`;
      return { matches: matches.slice(0, limits.maxMatches), stoppedBy };
    }
  }
  return { matches, stoppedBy: null };
}

function matchesIn(text: string, path: string, wanted: string, atMost: number): Match[] {
  if (!text.toLowerCase().includes(wanted)) return [];
  const matches: Match[] = [];
  for (const [index, line] of linesOf(text).entries()) {
    if (matches.length === atMost) break;
    const at = line.toLowerCase().indexOf(wanted);
    if (at !== -1) matches.push({ path, line: index + 1, text: shown(line, at) });
  }
  return matches;
}

/** A long line is shown around the match. */
function shown(line: string, at: number): string {
  const from = line.length <= MAX_LINE_CHARS ? 0 : Math.max(0, at - MAX_LINE_CHARS / 3);
  return truncate(line.slice(from).trim(), MAX_LINE_CHARS).text;
}

function summary(matches: number, files: number, isPartial: boolean): string {
  if (matches === 0) return 'no match';
  const atLeast = isPartial ? 'at least ' : '';
  return `${atLeast}${matches} ${matches === 1 ? 'match' : 'matches'} in ${files} ${files === 1 ? 'file' : 'files'}`;
}
