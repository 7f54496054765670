import { TimeSlice } from '@runtape/async';
import { z } from 'zod';
import type { Repository } from '../repository/repository.ts';
import { linesBetween } from '../text/decode-text.ts';
import { truncate } from '../text/truncate.ts';
import type { FoundPassage, Passage } from './passage-index.ts';

const MAX_PASSAGES = 10;
const MAX_PER_FILE = 3;
/** Passages that score much less than the best share only common words with the question. */
const MIN_SCORE_SHARE = 0.25;
const MAX_CHARS = 30_000;
const MAX_FILE_BYTES = 2_000_000;
const MAX_LINE_CHARS = 1_000;

export const readPassageSchema = z.object({
  path: z.string(),
  from: z.int().positive(),
  to: z.int().positive(),
  /** The lines as in the file. */
  lines: z.array(z.string()),
});

/** A passage with its text. */
export type ReadPassage = z.infer<typeof readPassageSchema>;

/** Chooses the passages to read: the best ones, from several files, with neighbours joined. */
export function choosePassages(found: readonly FoundPassage[]): Passage[] {
  const minScore = (found[0]?.score ?? 0) * MIN_SCORE_SHARE;
  const byPath = new Map<string, Passage[]>();
  let chosen = 0;
  for (const { path, from, to, score } of found) {
    if (score < minScore || chosen === MAX_PASSAGES) break;
    const ofFile = byPath.get(path) ?? [];
    if (ofFile.length === MAX_PER_FILE) continue;
    byPath.set(path, [...ofFile, { path, from, to }]);
    chosen += 1;
  }
  return [...byPath.values()].flatMap(merge);
}

/**
 * Reads the best passages, as many as fit.
 * @returns without those that vanished since they were indexed.
 */
export async function readPassages(
  repository: Repository,
  passages: readonly Passage[],
  signal: AbortSignal,
): Promise<ReadPassage[]> {
  const slice = new TimeSlice({ signal });
  const read: ReadPassage[] = [];
  let room = MAX_CHARS;
  for (const { path, from, to } of passages) {
    const text = (await repository.read(path, MAX_FILE_BYTES))?.text?.whole ?? null;
    if (text === null) continue;
    const quoted = await linesBetween(text, { from, to }, slice);
    const lines = quoted.lines.map((line) => truncate(line, MAX_LINE_CHARS).text);
    room -= lines.join('\n').length;
    if (lines.length === 0 || (room < 0 && read.length > 0)) continue;
    read.push({ path, from, to: from + lines.length - 1, lines });
  }
  return read;
}

/** Formats passages: the path, followed by the numbered lines. */
export function formatPassages(passages: readonly ReadPassage[]): string {
  const shown = passages.map(
    ({ path, from, lines }) =>
      `# ${path}\n${lines.map((line, index) => `${from + index}\t${line}`).join('\n')}`,
  );
  return shown.join('\n\n');
}

/** Joins overlapping or adjacent passages of one file. */
function merge(passages: readonly Passage[]): Passage[] {
  const all: Passage[] = [];
  for (const passage of passages.toSorted((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last !== undefined && passage.from <= last.to + 1) {
      all[all.length - 1] = { ...last, to: Math.max(last.to, passage.to) };
    } else {
      all.push(passage);
    }
  }
  return all;
}
