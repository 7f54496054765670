import type { Source } from '../contract/index.ts';
import { findCitations, formatCitation } from '../retrieval/find-citations.ts';

export interface CheckedCitations {
  /** The cited sources that the model was shown, in the order of the answer. */
  readonly sources: Source[];
  /** Citations of lines that the model was not shown, as written in the answer. */
  readonly invented: string[];
}

/**
 * Separates the citations of what the model was shown from invented ones.
 * @param shown every range of lines that the model was shown, once.
 * @param paths all files of the repository.
 */
export function checkCitations(
  answer: string,
  shown: readonly Source[],
  paths: readonly string[],
): CheckedCitations {
  const cited = findCitations(answer);
  const names = cited.length === 0 ? new Set() : new Set(paths.map(nameOf));
  const ranges = Map.groupBy(shown, ({ path }) => path);
  const shownByName = Map.groupBy(ranges.keys(), nameOf);
  const sources = new Map<string, Source>();
  const invented: string[] = [];
  for (const { path: asCited, lines } of cited) {
    // `example.com:80` looks like a file, too.
    if (!asCited.includes('/') && !names.has(asCited)) continue;
    const path = wholePath(asCited, shownByName.get(nameOf(asCited)) ?? []);
    const wasShown = ranges
      .get(path)
      ?.some((range) => range.lines[0] <= lines[0] && lines[1] <= range.lines[1]);
    if (wasShown === true) sources.set(formatCitation({ path, lines }), { path, lines });
    else invented.push(formatCitation({ path: asCited, lines }));
  }
  return { sources: [...sources.values()], invented };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Models often omit the folders; a path is completed if exactly one shown file ends with it. */
function wholePath(path: string, sameName: readonly string[]): string {
  if (sameName.includes(path)) return path;
  const [only, other] = sameName.filter((candidate) => candidate.endsWith(`/${path}`));
  return only === undefined || other !== undefined ? path : only;
}
