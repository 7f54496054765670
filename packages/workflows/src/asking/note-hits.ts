import type { Sources } from '../sources.ts';

/**
 * Notes the lines that a search showed to the model: it may cite them as well.
 * @param output what `search_text` answered.
 * @param paths all files of the repository.
 */
export function noteHits(output: string, paths: ReadonlySet<string>, shown: Sources): void {
  for (const hit of output.split('\n')) {
    const { path, line } = readHit(hit) ?? {};
    if (path !== undefined && line !== undefined && paths.has(path)) {
      shown.add({ path, from: line, to: line });
    }
  }
}

/** Takes `path:line: text` apart; the path may have colons of its own. */
function readHit(hit: string): { path: string; line: number } | null {
  for (let colon = hit.indexOf(':', 1); colon !== -1; colon = hit.indexOf(':', colon + 1)) {
    const end = hit.indexOf(':', colon + 1);
    if (end === -1) return null;
    const digits = hit.slice(colon + 1, end);
    if (hit.charAt(end + 1) === ' ' && /^\d{1,7}$/.test(digits)) {
      return { path: hit.slice(0, colon), line: Number(digits) };
    }
  }
  return null;
}
