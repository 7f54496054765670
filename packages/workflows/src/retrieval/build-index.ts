import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Repository } from '../repository/repository.ts';
import { linesOf, textOf } from '../tools/text-of.ts';
import { isMachineWritten, isPacked, worthOf } from './file-worth.ts';
import { PassageIndex } from './passage-index.ts';
import { splitPassages } from './split-passages.ts';

export interface IndexLimits {
  /** Larger files are left out, in bytes. */
  readonly maxFileBytes: number;
  /** Of all files together, in characters; what is worth least is left out first. */
  readonly maxChars: number;
}

export const INDEX_LIMITS: IndexLimits = { maxFileBytes: 500_000, maxChars: 20_000_000 };

/** Files read at once: enough to keep the disk busy. */
const AT_ONCE = 16;
/** After so many characters others get their turn: some 10 ms of work. */
const TURN_CHARS = 40_000;
const MAX_LINE_CHARS = 1_000;

export interface IndexProgress {
  /** Files looked at so far. */
  readonly done: number;
  readonly total: number;
}

/** What was indexed, and what was not. */
export interface BuiltIndex {
  readonly index: PassageIndex;
  readonly files: number;
  /** Binary, empty, very large, or written by programs. */
  readonly leftOut: number;
  /** Not indexed because there was too much. */
  readonly beyondLimit: number;
}

export interface BuildOptions {
  readonly limits?: IndexLimits | undefined;
  readonly signal: AbortSignal;
  /** Is waited for. */
  readonly onProgress: (progress: IndexProgress) => Promise<void>;
}

/**
 * Indexes the text files of a repository, and lets others run every few milliseconds.
 * @throws the signal's reason once it aborts.
 */
export async function buildIndex(
  repository: Repository,
  { limits = INDEX_LIMITS, signal, onProgress }: BuildOptions,
): Promise<BuiltIndex> {
  const index = new PassageIndex();
  const paths = pathsToIndex(repository).toSorted((a, b) => worthOf(b) - worthOf(a));
  let files = 0;
  let chars = 0;
  let done = 0;
  while (done < paths.length && chars < limits.maxChars) {
    const batch = paths.slice(done, done + AT_ONCE);
    for (const { path, lines, length } of await readTexts(repository, batch, limits)) {
      chars += length;
      files += (await addFile(index, path, lines, signal)) ? 1 : 0;
    }
    done += batch.length;
    signal.throwIfAborted();
    await onProgress({ done, total: paths.length });
  }
  const beyondLimit = paths.length - done;
  return { index, files, leftOut: repository.paths.length - files - beyondLimit, beyondLimit };
}

/** The files that are looked at when a repository is indexed. */
export function pathsToIndex({ paths }: Pick<Repository, 'paths'>): readonly string[] {
  return paths.filter((path) => !isMachineWritten(path));
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
): Promise<TextFile[]> {
  const files = await Promise.all(
    paths.map(async (path): Promise<TextFile | null> => {
      const content = await repository.read(path, maxFileBytes);
      const text = content?.isWhole === true ? textOf(content.bytes) : null;
      if (text === null) return null;
      const lines = linesOf(text);
      return isPacked(text, lines.length) ? null : { path, lines, length: text.length };
    }),
  );
  return files.filter((file) => file !== null);
}

/** @returns whether there was anything in the file. */
async function addFile(
  index: PassageIndex,
  path: string,
  lines: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  const passages = splitPassages(lines);
  let sinceTurn = TURN_CHARS;
  for (const { from, to } of passages) {
    const shown = lines.slice(from - 1, to).map((line) => line.slice(0, MAX_LINE_CHARS));
    const text = shown.join('\n');
    if (sinceTurn + text.length > TURN_CHARS) {
      await nextTurn();
      signal.throwIfAborted();
      sinceTurn = 0;
    }
    index.add({ path, from, to }, text);
    sinceTurn += text.length;
  }
  return passages.length > 0;
}
