import type { Source } from '@runtape/events';
import { findCitations, formatCitation } from './find-citations.ts';

export interface CheckedCitations {
  /** Cited, and among what was shown; in the order of the answer. */
  readonly sources: Source[];
  /** Cited without having been shown, as the answer has them. */
  readonly invented: string[];
}

/**
 * Tells the citations of an answer that are among what the model was shown from those that are not.
 * @param shown every stretch of lines that the model was shown, once.
 * @param paths all files of the repository.
 */
export function checkCitations(
  answer: string,
  shown: readonly Source[],
  paths: readonly string[],
): CheckedCitations {
  const sources = new Map<string, Source>();
  const invented: string[] = [];
  for (const cited of findCitations(answer)) {
    // `example.com:80` looks like a file, too.
    if (!cited.path.includes('/') && !isFile(cited.path, paths)) continue;
    const source = { ...cited, path: wholePath(cited.path, shown) };
    if (shown.some((stretch) => contains(stretch, source))) {
      sources.set(formatCitation(source), source);
    } else {
      invented.push(formatCitation(cited));
    }
  }
  return { sources: [...sources.values()], invented };
}

function isFile(name: string, paths: readonly string[]): boolean {
  return paths.some((path) => path === name || path.endsWith(`/${name}`));
}

/** Models like to leave the folders out; the file is meant when only one that was shown ends so. */
function wholePath(path: string, shown: readonly Source[]): string {
  const all = new Set(shown.map((stretch) => stretch.path));
  if (all.has(path)) return path;
  const [only, other] = [...all].filter((candidate) => candidate.endsWith(`/${path}`));
  return only === undefined || other !== undefined ? path : only;
}

function contains(stretch: Source, { path, lines }: Source): boolean {
  return stretch.path === path && stretch.lines[0] <= lines[0] && lines[1] <= stretch.lines[1];
}
