import type { StreamEntry } from '@runtape/events';
import { applyStreamEntry, draftText, initialState } from '@runtape/workflow-state';

/** What a reader has seen so far, and a promise of all of it. */
export interface Collected {
  readonly entries: readonly StreamEntry[];
  /** Rejects as the stream does. */
  readonly done: Promise<void>;
}

/** Reads a stream to its end, in the background. */
export function collect(
  stream: AsyncIterable<StreamEntry>,
  take: (entry: StreamEntry) => Promise<void> = async () => {},
): Collected {
  const entries: StreamEntry[] = [];
  return { entries, done: read() };

  async function read(): Promise<void> {
    for await (const entry of stream) {
      entries.push(entry);
      await take(entry);
    }
  }
}

/** The text of the draft, as a person would see it. */
export function textOf(entries: readonly StreamEntry[]): string {
  return draftText(entries.reduce(applyStreamEntry, initialState('wf_0123456789abcdef')));
}

/** The numbers of the entries. */
export function seqsOf(entries: readonly StreamEntry[]): number[] {
  return entries.map(({ id }) => Number(id.split('-')[1]));
}
