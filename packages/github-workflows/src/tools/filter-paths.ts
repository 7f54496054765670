import type { TimeSlice } from '@runtape/async';
import { matchesPath, parsePathPattern, withContents } from '../repository/glob.ts';
import { ToolError } from './tool.ts';

const MAX_MS = 3_000;

/**
 * Filters paths by a glob with the rules of `.gitignore`: `*.ts` matches at any depth, and a folder
 * matches its content. Without a glob all paths match.
 * @param slice divides long work.
 * @throws ToolError when matching takes too long.
 */
export async function filterPaths(
  paths: readonly string[],
  glob: string | undefined,
  slice: TimeSlice,
): Promise<readonly string[]> {
  const typed = glob?.trim() ?? '';
  const withoutDot = typed.startsWith('./') ? typed.slice(1) : typed;
  let start = 0;
  while (withoutDot.charAt(start) === '/') start += 1;
  const text = withoutDot.slice(start);
  if (text === '' || text === '.' || text === '**') return paths;
  const pattern = withContents(parsePathPattern(text));
  const deadline = performance.now() + MAX_MS;
  const matching: string[] = [];
  for (const path of paths) {
    if (slice.due) {
      if (performance.now() > deadline) throw new ToolError('That glob takes too long to match.');
      await slice.yield();
    }
    const folders = path.toLowerCase().split('/');
    const name = folders.pop() ?? '';
    if (matchesPath(pattern, folders, name)) matching.push(path);
  }
  return matching;
}
