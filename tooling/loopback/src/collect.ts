import type { StreamEntry } from '@runtape/events';
import { applyStreamEntry, initialState } from '@runtape/workflow-state';
import { draftText } from '@runtape/github-workflows/contract';

/** The entries that a reader has received so far, and a promise of the end. */
export interface Collected<Entry = StreamEntry> {
  readonly entries: readonly Entry[];
  /** Rejects if the stream does. */
  readonly done: Promise<void>;
}

/** Reads a stream to its end, in the background. */
export function collect<Entry>(
  stream: AsyncIterable<Entry>,
  take: (entry: Entry) => Promise<void> = async () => {},
): Collected<Entry> {
  const entries: Entry[] = [];
  return { entries, done: read() };

  async function read(): Promise<void> {
    for await (const entry of stream) {
      entries.push(entry);
      await take(entry);
    }
  }
}

/** The text of the draft, as shown to users. */
export function textOf(entries: readonly StreamEntry[]): string {
  return draftText(entries.reduce(applyStreamEntry, initialState('wf_0123456789abcdef')));
}

/** The sequence numbers of the entries. */
export function seqsOf(entries: readonly StreamEntry[]): number[] {
  return entries.map(({ id }) => Number(id.split('-')[1]));
}

/** Like `collect`, for a thread. */
export function collectThread<Entry extends { readonly workflowId: string; readonly id: string }>(
  stream: AsyncIterable<Entry>,
  take?: (entry: Entry) => Promise<void>,
) {
  const collected = collect(stream, take);
  const idsOf = (workflowId: string) =>
    collected.entries.filter((entry) => entry.workflowId === workflowId).map(({ id }) => id);
  return { ...collected, idsOf };
}
