import { TimeSlice } from '@runtape/async';
import { z } from 'zod';
import { filterPaths } from './filter-paths.ts';
import type { Tool } from './tool.ts';

const MAX_LISTED = 300;

const input = z.object({
  glob: z
    .string()
    .max(300)
    .optional()
    .describe('Only files that match, e.g. "packages/server", "*.test.ts", "src/**/log*.ts".'),
});

/** Lists the files of the repository, those near its root first. */
export const listFiles: Tool<z.infer<typeof input>> = {
  name: 'list_files',
  description: `List files of the repository, one path a line, at most ${MAX_LISTED}.`,
  input,
  async run({ glob }, { repository, signal }) {
    const slice = new TimeSlice({ signal });
    const matching = await filterPaths(repository.paths, glob, slice);
    const shown = await nearest(matching, slice);
    const hidden = matching.length - shown.length;
    const more = hidden === 0 ? [] : [`(and ${hidden} more; narrow the glob)`];
    const partial = repository.isPartial
      ? ['(the repository is too large to be listed whole)']
      : [];
    return {
      summary: matching.length === 1 ? '1 file' : `${matching.length} files`,
      output:
        matching.length === 0 ? 'No file matches.' : [...shown, ...more, ...partial].join('\n'),
    };
  },
};

/** The paths with the fewest folders, in their original order. */
async function nearest(paths: readonly string[], slice: TimeSlice): Promise<string[]> {
  const byDepth = new Map<number, string[]>();
  for (const path of paths) {
    if (slice.due) await slice.yield();
    const depth = depthOf(path);
    const same = byDepth.get(depth);
    if (same === undefined) byDepth.set(depth, [path]);
    else if (same.length < MAX_LISTED) same.push(path);
  }
  const nearestFirst = [...byDepth].sort(([a], [b]) => a - b);
  return nearestFirst.flatMap(([, same]) => same).slice(0, MAX_LISTED);
}

function depthOf(path: string): number {
  let depth = 0;
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) depth += 1;
  return depth;
}
