import { z } from 'zod';
import { filterPaths } from './filter-paths.ts';
import type { Tool } from './tool.ts';

const MAX_LISTED = 300;

const input = z.object({
  glob: z
    .string()
    .max(300)
    .optional()
    .describe('Only files that match, e.g. "packages/api", "*.test.ts", "src/**/log*.ts".'),
});

/** Names the files of the repository, those near its root first. */
export const listFiles: Tool<z.infer<typeof input>> = {
  name: 'list_files',
  description: `List files of the repository, one path a line, at most ${MAX_LISTED}.`,
  input,
  async run({ glob }, { repository }) {
    const matching = filterPaths(repository.paths, glob);
    const shown = matching.toSorted((a, b) => depth(a) - depth(b)).slice(0, MAX_LISTED);
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

function depth(path: string): number {
  return path.split('/').length;
}
