import type { Sources } from '../sources.ts';

const HIT = /^(.+?):(\d+): /gm;

/**
 * Notes the lines that a search showed to the model: it may cite them as well.
 * @param output what `search_text` answered.
 * @param paths all files of the repository.
 */
export function noteHits(output: string, paths: ReadonlySet<string>, shown: Sources): void {
  for (const [, path = '', line] of output.matchAll(HIT)) {
    if (paths.has(path)) shown.add({ path, from: Number(line), to: Number(line) });
  }
}
