import { TimeSlice } from '@runtape/async';
import type { Repository } from '../repository/repository.ts';
import { linesOf } from '../text/decode-text.ts';
import { isGenerated, isMinified, weightOf } from './file-weight.ts';
import { PassageIndex } from './passage-index.ts';
import { splitPassages } from './split-passages.ts';

export interface IndexLimits {
  /** Larger files are omitted, in bytes. */
  readonly maxFileBytes: number;
  /**
   * The limit for all files together, in characters; the least valuable files are omitted first.
   */
  readonly maxChars: number;
}

export const INDEX_LIMITS: IndexLimits = { maxFileBytes: 500_000, maxChars: 20_000_000 };

/** Files read at once: enough to keep the disk busy. */
const AT_ONCE = 16;
const MAX_LINE_CHARS = 1_000;

export interface IndexProgress {
  /** The number of files processed so far. */
  readonly done: number;
  readonly total: number;
}

/** The result of indexing. */
export interface BuiltIndex {
  readonly index: PassageIndex;
  readonly files: number;
  /** The number of files that are binary, empty, very large or generated. */
  readonly leftOut: number;
  /** The number of files omitted because of the limit. */
  readonly beyondLimit: number;
}

export interface BuildOptions {
  readonly limits?: IndexLimits | undefined;
  readonly signal: AbortSignal;
  /** Receives the progress; indexing waits for it. */
  readonly onProgress: (progress: IndexProgress) => Promise<void>;
}

/**
 * Indexes the text files of a repository, yielding every few milliseconds.
 * @throws the signal's reason once it aborts.
 */
export async function buildIndex(
  repository: Repository,
  { limits = INDEX_LIMITS, signal, onProgress }: BuildOptions,
): Promise<BuiltIndex> {
  const index = new PassageIndex();
  const slice = new TimeSlice({ signal });
  const paths = await pathsToIndex(repository, slice);
  let files = 0;
  let chars = 0;
  let done = 0;
  while (done < paths.length && chars < limits.maxChars) {
    const batch = paths.slice(done, done + AT_ONCE);
    for (const { path, lines, length } of await readTexts(repository, batch, limits, slice)) {
      chars += length;
      files += (await addFile(index, path, lines, slice)) ? 1 : 0;
    }
    done += batch.length;
    signal.throwIfAborted();
    await onProgress({ done, total: paths.length });
  }
  const beyondLimit = paths.length - done;
  return { index, files, leftOut: repository.paths.length - files - beyondLimit, beyondLimit };
}

/** The files to index, the most valuable first. */
export async function pathsToIndex(
  { paths }: Pick<Repository, 'paths'>,
  slice: TimeSlice,
): Promise<string[]> {
  const byWeight = new Map<number, string[]>();
  for (const path of paths) {
    if (slice.due) await slice.yield();
    if (isGenerated(path)) continue;
    const weight = weightOf(path);
    const same = byWeight.get(weight);
    if (same === undefined) byWeight.set(weight, [path]);
    else same.push(path);
  }
  return [...byWeight].sort(([a], [b]) => b - a).flatMap(([, same]) => same);
}

interface TextFile {
  readonly path: string;
  readonly lines: readonly string[];
  readonly length: number;
}

async function readTexts(
  repository: Repository,
  paths: readonly string[],
  { maxFileBytes }: IndexLimits,
  slice: TimeSlice,
): Promise<TextFile[]> {
  const contents = await repository.readAll(paths, maxFileBytes);
  const files: TextFile[] = [];
  for (const [index, content] of contents.entries()) {
    if (slice.due) await slice.yield();
    const text = content?.isWhole === true ? (content.text?.whole ?? null) : null;
    const path = paths[index];
    if (text === null || path === undefined) continue;
    const lines = linesOf(text);
    if (!isMinified(text, lines.length)) files.push({ path, lines, length: text.length });
  }
  return files;
}

/** @returns whether the file had any content to index. */
async function addFile(
  index: PassageIndex,
  path: string,
  lines: readonly string[],
  slice: TimeSlice,
): Promise<boolean> {
  const passages = splitPassages(lines);
  for (const { from, to } of passages) {
    if (slice.due) await slice.yield();
    const shown = lines.slice(from - 1, to).map((line) => line.slice(0, MAX_LINE_CHARS));
    index.add({ path, from, to }, shown.join('\n'));
  }
  return passages.length > 0;
}
