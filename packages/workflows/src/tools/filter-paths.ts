import ignore from 'ignore';
import { isCheapPattern } from '../repository/wildcards.ts';
import { ToolError } from './tool.ts';

const MAX_MS = 3_000;

/**
 * Picks the paths that a glob matches, by the rules of `.gitignore`: `*.ts` matches at any depth, a folder stands for all in it.
 * Without a glob all paths match.
 * @throws ToolError when the glob is too complicated, or matching it takes too long.
 */
export function filterPaths(paths: readonly string[], glob: string | undefined): readonly string[] {
  const pattern = glob?.trim().replace(/^\.?\/+/, '') ?? '';
  if (pattern === '' || pattern === '.' || pattern === '**') return paths;
  if (!isCheapPattern(pattern)) {
    throw new ToolError(`The glob is too complicated. Use a short one with at most four stars.`);
  }
  // A leading ! or # means something else in a .gitignore.
  const rule = ignore().add(pattern.replace(/^(?=[!#])/, '\\'));
  const deadline = performance.now() + MAX_MS;
  return paths.filter((path) => {
    if (performance.now() > deadline) throw new ToolError('That glob takes too long to match.');
    return rule.ignores(path);
  });
}
